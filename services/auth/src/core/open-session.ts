// Last step of every way in: a session with its tokens.

import { randomUUID } from 'node:crypto'
import type { Db, Origin, Parts } from '../deps.ts'
import { insertSession } from '../sql/insert-session.ts'
import { issueSessionBody, type SessionBody } from './issue-token.ts'
import { orSay } from './or-say.ts'
import { newRefreshToken } from './refresh-token-row.ts'
import { iso } from './time.ts'
import type { UserRow } from './user-row.ts'

export type Method =
  | 'password'
  | 'anonymous'
  | 'otp'
  | 'magiclink'
  | 'recovery'
  | 'invite'
  | 'email/signup'
  | 'email_change'
  | 'oauth'
  | 'passkey'
  | 'web3'
  | 'sso/saml'
  | 'oauth_provider/authorization_code'

type Entry = {
  readonly user: UserRow
  readonly method: Method
  readonly origin: Origin
  /** When it ends in any case. */
  readonly notAfter?: string | undefined
  /** Whose app holds the session, and what it was allowed. */
  readonly app?: { readonly clientId: string; readonly scopes: string }
}

/** What a route needs for its answer. */
export type Opened = { readonly userId: string; readonly sessionId: string; readonly body: SessionBody }

export const openSession = async (
  parts: Parts,
  db: Db,
  { user, method, origin, app, notAfter }: Entry,
): Promise<Opened> => {
  const now = parts.clock()
  const at = iso(now)
  const id = randomUUID()
  const refreshToken = newRefreshToken()
  const row = { id, userId: user.id, method, refreshToken, ...origin, app, notAfter, at }
  await insertSession(db, row).catch(orSay('Database error granting user'))
  const amr = [{ method, timestamp: Math.floor(now / 1000) }]
  const signedIn = { ...user, last_sign_in_at: at, updated_at: at }
  const body = await issueSessionBody(parts, db, signedIn, {
    session: { id, amr, oauth_client_id: app?.clientId ?? null, scopes: app?.scopes ?? null },
    refreshToken,
    method,
    origin,
  })
  return { userId: user.id, sessionId: id, body }
}
