// The access token of a session and the answer that carries it.

import type { Db, Origin, Parts } from '../deps.ts'
import { customizeClaims } from './access-claims.ts'
import { renderUser } from './render-user.ts'
import type { SessionRow } from './session-row.ts'
import type { UserRow } from './user-row.ts'

type Claimed = Pick<SessionRow, 'id' | 'amr'> & Partial<Pick<SessionRow, 'oauth_client_id' | 'scopes'>>

const secondFactors = new Set(['totp', 'mfa/phone', 'mfa/webauthn'])

/** Two factors were shown, or one. A passkey counts as one, as upstream. */
const aalOf = (amr: SessionRow['amr']): 'aal1' | 'aal2' =>
  amr.some(({ method }) => secondFactors.has(method)) ? 'aal2' : 'aal1'

/** Of single sign-on people also learn which provider it was. */
const namedAmr = (amr: SessionRow['amr'], { identities }: UserRow) => {
  const [only, ...others] = identities
  if (only === undefined || others.length > 0 || !only.provider.startsWith('sso:')) return amr
  const provider = only.provider.slice('sso:'.length)
  return amr.map((one) => (one.method === 'sso/saml' ? { ...one, provider } : one))
}

export type SessionBody = {
  readonly access_token: string
  readonly token_type: 'bearer'
  readonly expires_in: number
  readonly expires_at: number
  readonly refresh_token: string
  readonly user: object
}

export type Grant = {
  readonly session: Claimed
  readonly refreshToken: string
  /** How this very token was come by. */
  readonly method: string
  readonly origin: Origin
}

type Issuing = Pick<Parts, 'config' | 'signer' | 'issuer' | 'clock' | 'hooks'>

export const issueSessionBody = async (
  parts: Issuing,
  db: Db,
  user: UserRow,
  { session, refreshToken, method, origin }: Grant,
): Promise<SessionBody> => {
  const { config, signer, issuer, clock } = parts
  const iat = Math.floor(clock() / 1000)
  const exp = iat + config.jwt_exp
  const claims = {
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
    amr: namedAmr(session.amr, user),
    session_id: session.id,
    is_anonymous: user.is_anonymous,
    ...(session.oauth_client_id ? { client_id: session.oauth_client_id } : {}),
    ...(session.scopes ? { scope: session.scopes } : {}),
  }
  const token = await signer.sign(
    await customizeClaims(parts, { db, userId: user.id, claims, method, origin }),
  )
  return {
    access_token: token,
    token_type: 'bearer',
    expires_in: config.jwt_exp,
    expires_at: exp,
    refresh_token: refreshToken,
    user: renderUser(user),
  }
}
