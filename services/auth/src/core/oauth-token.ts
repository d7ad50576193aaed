// Apps trade codes and refresh tokens for sessions of the person who allowed it.

import { isPlinthError } from '@plinth/errors'
import type { Origin, Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { findOAuthClient } from '../sql/find-oauth-client.ts'
import { findUser } from '../sql/find-user.ts'
import { type AuthorizationRow, takeAuthorization } from '../sql/oauth-authorizations.ts'
import { recordDeed } from './audit.ts'
import { isUuid } from './load-caller.ts'
import { scopesOf } from './oauth-authorize.ts'
import { oauthClaims } from './oauth-claims.ts'
import { isSecretOf, type OAuthClientRow } from './oauth-client.ts'
import { openSession } from './open-session.ts'
import { checkVerifier } from './pkce.ts'
import { refreshSession } from './refresh-session.ts'
import { millis } from './time.ts'
import { isBanned, type UserRow } from './user-row.ts'

export type Shown = { readonly id: string; readonly secret: string; readonly method: string }

/** The client as it registered: the same way of showing its secret, or none. */
export const getClient = async ({ pool }: Parts, { id, secret, method }: Shown): Promise<OAuthClientRow> => {
  if (id === '') throw errors.oauthClientRefused('Invalid client credentials: client_id is required')
  if (!isUuid(id)) throw errors.oauthClientRefused('Invalid client_id format')
  const client = await findOAuthClient(pool, id)
  if (client === undefined) throw errors.oauthClientRefused()
  const { token_endpoint_auth_method: registered } = client
  if (registered !== method) {
    const why = `client is registered for '${registered}' but '${method}' was used`
    throw errors.oauthClientRefused(`invalid authentication method: ${why}`)
  }
  if (method === 'none') return client
  if (secret === '') throw errors.oauthClientRefused('confidential clients must provide client_secret')
  if (!isSecretOf(client, secret)) throw errors.oauthClientRefused('invalid client credentials')
  return client
}

export type TokenWish = {
  readonly grant_type: string
  readonly code: string
  readonly refresh_token: string
  readonly redirect_uri: string
  readonly code_verifier: string
  readonly resource: string
}

const invalidGrant = (why: string) => errors.oauth('invalid_grant', why)

const idTokenOf = async (
  parts: Parts,
  user: UserRow,
  { client, scope, nonce }: { client: OAuthClientRow; scope: string; nonce: string | null },
): Promise<Readonly<Record<string, string>>> => {
  const scopes = scopesOf(scope)
  if (!scopes.includes('openid')) return {}
  const iat = Math.floor(parts.clock() / 1000)
  const signedIn = user.last_sign_in_at === null ? iat : Math.floor(millis(user.last_sign_in_at) / 1000)
  const token = await parts.signer.sign({
    iss: parts.issuer,
    sub: user.id,
    aud: client.id,
    iat,
    exp: iat + 3600,
    auth_time: signedIn,
    client_id: client.id,
    ...(nonce === null ? {} : { nonce }),
    ...oauthClaims(user, scopes, 'id_token'),
  })
  // A shared secret proves nothing to an app that does not have it, and must not be given to it.
  const isShared = Buffer.from(token.split('.')[0] ?? '', 'base64url').includes('"HS256"')
  return isShared ? {} : { id_token: token }
}

/** The code was made for this client, at this address, for whoever knows the verifier. */
const checkAsked = (parts: Parts, asked: AuthorizationRow, client: OAuthClientRow, wish: TokenWish): void => {
  if (parts.clock() > millis(asked.expires_at)) throw invalidGrant('Authorization code has expired')
  if (asked.client_id !== client.id) throw invalidGrant('Authorization code was not issued for this client')
  if (wish.resource !== '' && wish.resource !== asked.resource) {
    throw invalidGrant('Authorization code resource does not match the resource parameter')
  }
  if (wish.redirect_uri !== '' && wish.redirect_uri !== asked.redirect_uri) {
    throw invalidGrant('Invalid redirect_uri')
  }
  const { code_challenge: challenge, code_challenge_method: method } = asked
  if (wish.code_verifier === '') {
    throw invalidGrant('PKCE verification failed: code_verifier is required when PKCE challenge is present')
  }
  try {
    checkVerifier({ challenge, method }, wish.code_verifier)
  } catch (error) {
    throw isPlinthError(error) ? invalidGrant(`PKCE verification failed: ${error.message}`) : error
  }
}

const tradeCode = (
  parts: Parts,
  client: OAuthClientRow,
  wish: TokenWish,
  origin: Origin,
): Promise<object> => {
  if (wish.code === '') {
    throw errors.oauth('invalid_request', 'code is required for authorization_code grant')
  }
  return parts.pool.transaction(async (db) => {
    const asked = await takeAuthorization(db, wish.code)
    if (asked === undefined) throw invalidGrant('Invalid authorization code')
    checkAsked(parts, asked, client, wish)
    const user = asked.user_id === null ? undefined : await findUser(db, { id: asked.user_id })
    if (user === undefined) throw invalidGrant('User not found for authorization code')
    if (isBanned(user, parts.clock())) throw errors.oauth('access_denied', 'User is banned')
    const { scope, nonce } = asked
    const traits = { provider_type: 'oauth_provider_authorization_code', client_id: client.id }
    await recordDeed(db, parts.clock(), { actor: user, action: 'login', origin, traits })
    const app = { clientId: client.id, scopes: scope }
    const entry = { user, method: 'oauth_provider/authorization_code', origin, app } as const
    const { body } = await openSession(parts, db, entry)
    return { ...withoutUser(body), ...(await idTokenOf(parts, user, { client, scope, nonce })) }
  })
}

const withoutUser = ({ access_token, token_type, expires_in, refresh_token }: Body): object => ({
  access_token,
  token_type,
  expires_in,
  refresh_token,
})
type Body = Awaited<ReturnType<typeof openSession>>['body']

export const grantToken = async (
  parts: Parts,
  client: OAuthClientRow,
  wish: TokenWish,
  origin: Origin,
): Promise<object> => {
  const { grant_type: grant, refresh_token: token } = wish
  if (grant === '') throw errors.oauth('invalid_request', 'grant_type is required')
  if (!client.grant_types.split(',').includes(grant)) {
    throw errors.oauth('unsupported_grant_type', `Client is not allowed to use grant type: ${grant}`)
  }
  if (grant === 'authorization_code') return tradeCode(parts, client, wish, origin)
  if (token === '') throw errors.oauth('invalid_request', 'refresh_token is required for refresh_token grant')
  return withoutUser((await refreshSession(parts, token, origin, client.id)).body)
}
