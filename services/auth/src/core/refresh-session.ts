// Trades a refresh token for the next one. A token counts once; what happens when it comes again is the
// heart of this file (dataplane rules of rotation, reuse interval and reuse detection).

import type { Db, Origin, Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { findActiveRefreshToken } from '../sql/find-active-refresh-token.ts'
import { findRefreshToken } from '../sql/find-refresh-token.ts'
import { findSession } from '../sql/find-session.ts'
import { findUser } from '../sql/find-user.ts'
import { listSessions } from '../sql/list-sessions.ts'
import { lockRefreshToken } from '../sql/lock-refresh-token.ts'
import { lockUser } from '../sql/lock-user.ts'
import { revokeRefreshTokens } from '../sql/revoke-refresh-tokens.ts'
import { swapRefreshToken } from '../sql/swap-refresh-token.ts'
import { touchSession } from '../sql/touch-session.ts'
import { recordDeed } from './audit.ts'
import { issueSessionBody } from './issue-token.ts'
import type { Opened } from './open-session.ts'
import { orSay } from './or-say.ts'
import { isRefreshToken, newRefreshToken, type RefreshTokenRow } from './refresh-token-row.ts'
import { lastUse, type SessionRow, tagOf, whyOver } from './session-row.ts'
import { iso, millis } from './time.ts'
import { together } from './together.ts'
import { isBanned, type UserRow } from './user-row.ts'

/** How long parallel refreshes of one session wait for each other. */
const patience = 5000

type Refresh = { readonly token: RefreshTokenRow; readonly session: SessionRow; readonly user: UserRow }
/** `undefined`: reuse was detected, and revoking the family must be committed. */
type NextToken = string | undefined

const pause = () => new Promise((resolve) => setTimeout(resolve, 10 + Math.random() * 20))

/** Everything that makes a refresh impossible before it is known whether the token was used already. */
const load = async (parts: Parts, db: Db, token: RefreshTokenRow): Promise<Refresh> => {
  const [user, session] = await Promise.all([
    findUser(db, { id: token.user_id }),
    token.session_id === null ? undefined : findSession(db, token.session_id),
  ])
  if (user === undefined) throw errors.refreshTokenUnknown()
  const now = parts.clock()
  if (isBanned(user, now)) throw errors.refreshUserBanned()
  if (session === undefined) throw errors.refreshSessionGone()
  const over = whyOver(session, parts.config, now, token.updated_at)
  if (over !== undefined) throw errors.refreshSessionOver(over)
  return { token, session, user }
}

/** With one session per user and tag, only the one used last goes on. */
const checkSingle = async (parts: Parts, db: Db, { token, session, user }: Refresh): Promise<void> => {
  const own = lastUse(session, token.updated_at)
  const others = (await listSessions(db, user.id)).filter((other) => other.id !== session.id)
  const { sessions_tags: tags } = parts.config
  const isNewer = (other: SessionRow) =>
    tagOf(other, tags) === tagOf(session, tags) &&
    whyOver(other, parts.config, parts.clock()) === undefined &&
    lastUse(other) > own
  if (others.some(isNewer)) throw errors.refreshSessionOver(' (Revoked by Newer Login)')
}

/** The child of the token, or the one the client failed to store when it refreshed before. */
const nextToken = async (parts: Parts, db: Db, { token, session }: Refresh): Promise<NextToken> => {
  const now = parts.clock()
  if (token.revoked) {
    const active = await findActiveRefreshToken(db, session.id)
    if (active?.parent === token.token) return active.token
    const interval = parts.config.security_refresh_token_reuse_interval * 1000
    if (now > millis(token.updated_at) + interval) {
      const rotates = parts.config.refresh_token_rotation_enabled
      if (rotates) await revokeRefreshTokens(db, session.id, iso(now - interval - 1000))
      return undefined
    }
  }
  const fresh = newRefreshToken()
  await swapRefreshToken(db, { old: token, token: fresh, at: iso(now) })
  return fresh
}

/** A token counts only in the hands it was given to. */
const checkClient = ({ session }: Refresh, clientId: string | undefined): void => {
  const own = session.oauth_client_id ?? undefined
  if (own === clientId) return
  if (own === undefined)
    throw errors.refreshByOther('Client authentication not allowed for non-OAuth session')
  throw errors.refreshByOther(
    clientId === undefined
      ? 'Client authentication required for OAuth session'
      : "Client does not match the session's OAuth client",
  )
}

type Attempt = 'locked' | 'reused' | Opened

type Holder = { readonly origin: Origin; readonly clientId: string | undefined }

const attempt = async (
  parts: Parts,
  db: Db,
  text: string,
  { origin, clientId }: Holder,
): Promise<Attempt> => {
  const token = await lockRefreshToken(db, text)
  if (token === undefined) return 'locked'
  const refresh = await load(parts, db, token)
  const { user, session } = refresh
  checkClient(refresh, clientId)
  if (parts.config.sessions_single_per_user) {
    if (!(await lockUser(db, user.id))) return 'locked'
    await checkSingle(parts, db, refresh)
  }
  const now = parts.clock()
  const next = await nextToken(parts, db, refresh)
  if (next === undefined) return 'reused'
  const deed = { actor: user, origin }
  // Sent together, answered together: one round trip.
  await together([
    recordDeed(db, now, { ...deed, action: 'token_refreshed' }),
    token.revoked ? undefined : recordDeed(db, now, { ...deed, action: 'token_revoked' }),
    touchSession(db, session.id, origin, iso(now)).catch(orSay('failed to update session information')),
  ])
  const grant = { session, refreshToken: next, method: 'token_refresh', origin }
  const body = await issueSessionBody(parts, db, user, grant)
  return { userId: user.id, sessionId: session.id, body }
}

/** `clientId`: the app that shows the token. */
export const refreshSession = async (
  parts: Parts,
  text: string,
  origin: Origin,
  clientId?: string,
): Promise<Opened> => {
  if (!isRefreshToken(text)) throw errors.invalid('Refresh token is not valid')
  const until = performance.now() + patience
  while (performance.now() < until) {
    const result = await parts.pool.transaction((db) => attempt(parts, db, text, { origin, clientId }))
    if (result === 'reused') throw errors.refreshTokenUsed()
    if (result !== 'locked') return result
    const token = await findRefreshToken(parts.pool, text)
    if (token === undefined) throw errors.refreshTokenUnknown()
    if (token.session_id === null) throw errors.refreshSessionGone()
    await pause()
  }
  throw errors.conflict('Too many concurrent token refresh requests on the same session or refresh token')
}
