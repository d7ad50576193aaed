// From a bearer token to the person behind it: the token is checked, then the user and the session that
// it names must still be there.

import { type Claims, TokenError, type TokenProblem } from '@plinth/crypto'
import type { PlinthError } from '@plinth/errors'
import type { Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { findSession } from '../sql/find-session.ts'
import { findUser } from '../sql/find-user.ts'
import { type SessionRow, whyOver } from './session-row.ts'
import { isBanned, type UserRow } from './user-row.ts'

/** A signed-in person, as guards hand it to handlers. */
export type Me = {
  readonly user: UserRow
  /** Old tokens may name none. */
  readonly session: SessionRow | undefined
  readonly claims: Claims
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const nobody = '00000000-0000-0000-0000-000000000000'

export const isUuid = (text: unknown): text is string => typeof text === 'string' && uuid.test(text)

/** The reasons in the words that clients of GoTrue know. */
const reasons: Readonly<Record<TokenProblem, string>> = {
  malformed: 'token is malformed',
  algorithm: 'token signature is invalid: signing method is invalid',
  unknown_key: 'token is unverifiable: error while executing keyfunc: unrecognized JWT kid',
  signature: 'token signature is invalid: signature is invalid',
  expired: 'token has invalid claims: token is expired',
  not_yet_valid: 'token has invalid claims: token is not valid yet',
  issued_in_future: 'token has invalid claims: token used before issued',
}

export const refusedToken = ({ reason }: TokenError): PlinthError =>
  errors.badToken(`invalid JWT: unable to parse or verify signature, ${reasons[reason]}`)

export const verifyToken = ({ verifier }: Parts, token: string): Claims => {
  try {
    return verifier.verify(token)
  } catch (error) {
    throw error instanceof TokenError ? refusedToken(error) : error
  }
}

const sessionIdOf = ({ session_id: id }: Claims): string | undefined => {
  if (id === undefined || id === '' || id === nobody) return undefined
  if (!isUuid(id)) throw errors.badToken('invalid claim: session_id claim must be a UUID')
  return id
}

export const loadMe = async (parts: Parts, claims: Claims): Promise<Me> => {
  const { sub } = claims
  if (sub === undefined || sub === '') throw errors.badToken('invalid claim: missing sub claim')
  if (!isUuid(sub)) throw errors.badSubject()
  const sessionId = sessionIdOf(claims)
  const [user, session] = await Promise.all([
    findUser(parts.pool, { id: sub }),
    sessionId === undefined ? undefined : findSession(parts.pool, sessionId),
  ])
  if (user === undefined) throw errors.tokenUserGone()
  if (sessionId !== undefined && session?.user_id !== user.id) throw errors.tokenSessionGone()
  if (isBanned(user, parts.clock())) throw errors.bannedToken()
  return { user, session, claims }
}

const adminRoles = new Set<unknown>(['service_role', 'supabase_admin'])

export const isAdminRole = (role: unknown): role is string => adminRoles.has(role)

/** The administrator's role. A token of a session counts only while the session does. */
export const checkAdmin = async (parts: Parts, claims: Claims): Promise<string> => {
  if (sessionIdOf(claims) !== undefined) {
    const { session } = await loadMe(parts, claims)
    const isOver = session !== undefined && whyOver(session, parts.config, parts.clock()) !== undefined
    if (isOver) throw errors.sessionOver()
  }
  if (!isAdminRole(claims['role'])) throw errors.notAdmin()
  return claims['role']
}
