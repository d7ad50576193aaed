// An app asks, its owner's page shows who asks for what, and a person allows or denies it.

import { randomBytes, randomUUID } from 'node:crypto'
import type { Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { findOAuthClient } from '../sql/find-oauth-client.ts'
import {
  type AuthorizationRow,
  answerAuthorization,
  expireAuthorization,
  holdAuthorization,
  insertAuthorization,
} from '../sql/oauth-authorizations.ts'
import { findConsent, storeConsent } from '../sql/oauth-consents.ts'
import { isUuid } from './load-caller.ts'
import { introduceClient } from './oauth-client.ts'
import { withQuery } from './redirect-result.ts'
import { iso, millis } from './time.ts'
import type { UserRow } from './user-row.ts'

export type AuthorizeWish = {
  readonly client_id: string
  readonly redirect_uri: string
  readonly response_type: string
  readonly scope: string
  readonly state: string
  readonly resource: string
  readonly code_challenge: string
  readonly code_challenge_method: string
  readonly nonce: string
}

const lifetime = 3 * 60_000
/** `offline_access` changes nothing: everybody gets a refresh token. MCP clients ask for it. */
export const oauthScopes: readonly string[] = ['openid', 'profile', 'email', 'phone', 'offline_access']
const usual = 'email'

export const scopesOf = (scope: string): readonly string[] => scope.split(/\s+/).filter((one) => one !== '')

const problemOfResource = (resource: string): string | undefined => {
  if (resource === '') return undefined
  if (!URL.canParse(resource)) return 'resource must be an absolute URI'
  if (resource.includes('#')) return 'resource must not include a fragment component'
  return resource.includes('?') ? 'resource must not include a query component' : undefined
}

/** What is wrong in the eyes of an app that is known: it is told by redirect. */
const problemOf = (wish: AuthorizeWish): string | undefined => {
  if (wish.response_type !== '' && wish.response_type !== 'code')
    return 'only response_type=code is supported'
  const foreign = scopesOf(wish.scope).find((scope) => !oauthScopes.includes(scope))
  if (foreign !== undefined) return `unsupported scope: ${foreign}`
  const resource = problemOfResource(wish.resource)
  if (resource !== undefined) return resource
  const { code_challenge: challenge, code_challenge_method: method } = wish
  if (challenge === '' || method === '')
    return 'PKCE flow requires both code_challenge and code_challenge_method'
  if (!['s256', 'plain'].includes(method.toLowerCase()))
    return "code_challenge_method must be 'S256' or 'plain'"
  if (challenge.length < 43 || challenge.length > 128)
    return 'code_challenge must be between 43 and 128 characters'
  const tooLong = wish.state.length > 4096 || wish.nonce.length > 255 || wish.resource.length > 2048
  return tooLong ? 'a parameter is too long' : undefined
}

const sendBack = (
  to: Pick<AuthorizationRow, 'redirect_uri' | 'state'>,
  pairs: Readonly<Record<string, string>>,
): string => withQuery(to.redirect_uri, { ...pairs, ...(to.state ? { state: to.state } : {}) })

const refuse = (to: Pick<AuthorizationRow, 'redirect_uri' | 'state'>, error: string, why: string): string =>
  sendBack(to, { error, error_description: why })

/** Where the person's browser goes next. */
export const startAuthorization = async (parts: Parts, wish: AuthorizeWish): Promise<string> => {
  const { config, pool, clock } = parts
  if (wish.client_id === '') throw errors.invalid('client_id is required')
  if (wish.redirect_uri === '') throw errors.invalid('redirect_uri is required')
  if (!isUuid(wish.client_id)) throw errors.oauthClientInvalid('invalid client_id format')
  const client = await findOAuthClient(pool, wish.client_id)
  if (client === undefined) throw errors.oauthClientInvalid()
  if (!client.redirect_uris.split(',').includes(wish.redirect_uri))
    throw errors.invalid('invalid redirect_uri')
  const problem = problemOf(wish)
  if (problem !== undefined) return refuse(wish, 'invalid_request', problem)
  const path = config.oauth_server_authorization_path
  if (path === '') return refuse(wish, 'server_error', 'oauth authorization path not configured')
  const now = clock()
  const id = randomBytes(24).toString('base64url')
  await insertAuthorization(pool, {
    id: randomUUID(),
    authorization_id: id,
    client_id: client.id,
    redirect_uri: wish.redirect_uri,
    scope: scopesOf(wish.scope).join(' ') || usual,
    state: wish.state || null,
    resource: wish.resource || null,
    nonce: wish.nonce || null,
    challenge: wish.code_challenge,
    method: wish.code_challenge_method.toLowerCase(),
    at: iso(now),
    expires_at: iso(now + lifetime),
  })
  const base = config.site_url.replace(/\/+$/, '')
  return withQuery(`${base}/${path.replace(/^\//, '')}`, { authorization_id: id })
}

const approve = async (
  parts: Parts,
  db: Parameters<typeof answerAuthorization>[0],
  asked: AuthorizationRow,
  userId: string,
) => {
  const code = randomBytes(24).toString('base64url')
  const answer = { id: asked.id, userId, status: 'approved', code, at: iso(parts.clock()) } as const
  await answerAuthorization(db, answer)
  return sendBack(asked, { code })
}

const checkOpen = (parts: Parts, asked: AuthorizationRow | undefined, problem: string): AuthorizationRow => {
  if (asked === undefined || parts.clock() > millis(asked.expires_at)) throw errors.authorizationNotFound()
  if (asked.status !== 'pending') throw errors.invalid(problem)
  return asked
}

/** What the page shows; who allowed the same before is sent on at once. */
export const showAuthorization = async (parts: Parts, id: string, user: UserRow): Promise<object> => {
  await expireAuthorization(parts.pool, id, iso(parts.clock()))
  return parts.pool.transaction(async (db) => {
    const problem = 'authorization request cannot be processed'
    const asked = checkOpen(parts, await holdAuthorization(db, id), problem)
    if (asked.user_id !== null && asked.user_id !== user.id) throw errors.authorizationNotFound()
    const client = await findOAuthClient(db, asked.client_id)
    if (client === undefined) throw errors.authorizationNotFound()
    const before = await findConsent(db, { userId: user.id, clientId: client.id })
    const allowed = scopesOf(before?.scopes ?? '')
    const isCovered = before !== undefined && scopesOf(asked.scope).every((scope) => allowed.includes(scope))
    if (asked.user_id === null && isCovered) {
      return { redirect_url: await approve(parts, db, asked, user.id) }
    }
    const pending = {
      id: asked.id,
      userId: user.id,
      status: 'pending',
      code: null,
      at: iso(parts.clock()),
    } as const
    await answerAuthorization(db, pending)
    return {
      authorization_id: asked.authorization_id,
      redirect_uri: asked.redirect_uri,
      client: introduceClient(client),
      user: { id: user.id, email: user.email ?? undefined },
      scope: asked.scope,
    }
  })
}

type Consent = { readonly id: string; readonly action: string }

export const answerConsent = async (
  parts: Parts,
  { id, action }: Consent,
  user: UserRow,
): Promise<object> => {
  if (action !== 'approve' && action !== 'deny') throw errors.invalid("action must be 'approve' or 'deny'")
  await expireAuthorization(parts.pool, id, iso(parts.clock()))
  return parts.pool.transaction(async (db) => {
    const problem = 'authorization request is no longer pending'
    const asked = checkOpen(parts, await holdAuthorization(db, id), problem)
    // Only who has seen what is asked for can allow it.
    if (asked.user_id !== user.id) throw errors.authorizationNotFound()
    const at = iso(parts.clock())
    if (action === 'deny') {
      await answerAuthorization(db, { id: asked.id, userId: user.id, status: 'denied', code: null, at })
      return { redirect_url: refuse(asked, 'access_denied', 'User denied the request') }
    }
    const { scope: scopes, client_id: clientId } = asked
    await storeConsent(db, { userId: user.id, clientId, scopes, at })
    return { redirect_url: await approve(parts, db, asked, user.id) }
  })
}
