// The access token of a session and the answer that carries it.

import type { Parts } from '../deps.ts'
import { renderUser } from './render-user.ts'
import type { SessionRow } from './session-row.ts'
import type { UserRow } from './user-row.ts'

type Claimed = Pick<SessionRow, 'id' | 'amr'>

const secondFactors = new Set(['totp', 'mfa/phone', 'mfa/webauthn'])

/** Two factors were shown, or one. */
export const aalOf = (amr: SessionRow['amr']): 'aal1' | 'aal2' =>
  amr.some(({ method }) => secondFactors.has(method)) ? 'aal2' : 'aal1'

export type SessionBody = {
  readonly access_token: string
  readonly token_type: 'bearer'
  readonly expires_in: number
  readonly expires_at: number
  readonly refresh_token: string
  readonly user: object
}

export const issueSessionBody = async (
  parts: Pick<Parts, 'config' | 'signer' | 'issuer' | 'clock'>,
  user: UserRow,
  session: Claimed,
  refreshToken: string,
): Promise<SessionBody> => {
  const { config, signer, issuer, clock } = parts
  const iat = Math.floor(clock() / 1000)
  const exp = iat + config.jwt_exp
  const token = await signer.sign({
    iss: issuer,
    sub: user.id,
    aud: user.aud,
    exp,
    iat,
    email: user.email ?? '',
    phone: user.phone ?? '',
    app_metadata: user.raw_app_meta_data,
    user_metadata: user.raw_user_meta_data,
    role: user.role,
    aal: aalOf(session.amr),
    amr: session.amr,
    session_id: session.id,
    is_anonymous: user.is_anonymous,
  })
  return {
    access_token: token,
    token_type: 'bearer',
    expires_in: config.jwt_exp,
    expires_at: exp,
    refresh_token: refreshToken,
    user: renderUser(user),
  }
}
