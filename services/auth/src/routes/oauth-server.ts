// /oauth: the project as an identity provider for apps of others (OAuth 2.1 and OpenID Connect).

import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { recordDeed } from '../core/audit.ts'
import { isUuid } from '../core/load-caller.ts'
import { answerConsent, scopesOf, showAuthorization, startAuthorization } from '../core/oauth-authorize.ts'
import { oauthClaims } from '../core/oauth-claims.ts'
import { introduceClient, type OAuthClientRow } from '../core/oauth-client.ts'
import { getClient, grantToken, type Shown } from '../core/oauth-token.ts'
import { chooseRedirect } from '../core/redirect.ts'
import { iso, withZ } from '../core/time.ts'
import type { Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { findConsent, listConsents, revokeConsent } from '../sql/oauth-consents.ts'
import { asUser, originOf } from './guards.ts'
import { checkServer } from './oauth-clients.ts'
import { queryText, readBodyOr, text } from './read-body.ts'
import type { Route } from './route.ts'

const Consent = z.object({ action: text })

const isJson = ({ headers }: Pick<FastifyRequest, 'headers'>): boolean =>
  headers['content-type']?.includes('application/json') ?? false

/** Form or JSON, as the client likes; the first value of a key counts. */
const readForm = ({ body, headers }: FastifyRequest): ((name: string) => string) => {
  const source = typeof body === 'string' ? body : ''
  if (!isJson({ headers })) {
    const form = new URLSearchParams(source)
    return (name) => form.get(name) ?? ''
  }
  const parsed = z.record(z.string(), z.unknown()).safeParse(tryJson(source))
  if (!parsed.success) throw errors.oauth('invalid_request', 'Invalid JSON body')
  return (name) => {
    const value = parsed.data[name]
    return typeof value === 'string' ? value : ''
  }
}

const tryJson = (source: string): unknown => {
  try {
    return JSON.parse(source)
  } catch {
    return undefined
  }
}

const decode = (part: string): string => {
  try {
    return decodeURIComponent(part.replaceAll('+', ' '))
  } catch {
    throw errors.oauthClientRefused()
  }
}

const readShown = ({ headers }: FastifyRequest, form: (name: string) => string): Shown => {
  const basic = /^basic (\S+)$/i.exec(headers.authorization ?? '')?.[1]
  if (basic !== undefined) {
    const pair = Buffer.from(basic, 'base64').toString()
    const colon = pair.indexOf(':')
    if (colon < 0) throw errors.oauthClientRefused('Invalid client credentials: invalid basic auth format')
    const [id, secret] = [pair.slice(0, colon), pair.slice(colon + 1)].map(decode)
    return { id: id ?? '', secret: secret ?? '', method: 'client_secret_basic' }
  }
  const secret = form('client_secret')
  return { id: form('client_id'), secret, method: secret === '' ? 'none' : 'client_secret_post' }
}

/** A page on somebody else's site must not answer for its visitor. */
const checkOrigin = ({ config }: Parts, { headers }: FastifyRequest): void => {
  const { origin } = headers
  if (origin === undefined || origin === '') return
  if (chooseRedirect(config, origin) !== origin) throw errors.invalid('unauthorized request origin')
}

const idOf = ({ params }: FastifyRequest): string =>
  // Fastify matched the path: the parameter is there, as text.
  (params as { authorization_id: string }).authorization_id

const wishes = [
  'client_id',
  'redirect_uri',
  'response_type',
  'scope',
  'state',
  'resource',
  'code_challenge',
  'code_challenge_method',
  'nonce',
] as const

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>

/** Where the server is off nobody is asked who they are. */
const whenOn =
  (parts: Parts, handler: Handler): Handler =>
  async (request, reply) => {
    checkServer(parts)
    return handler(request, reply)
  }

const authorization: Route = (app, parts) => {
  app.get('/oauth/authorize', async (request, reply) => {
    checkServer(parts)
    const [client_id, redirect_uri, response_type, scope, state, resource, challenge, method, nonce] =
      wishes.map((name) => queryText(request, name))
    const location = await startAuthorization(parts, {
      client_id: client_id ?? '',
      redirect_uri: redirect_uri ?? '',
      response_type: response_type ?? '',
      scope: scope ?? '',
      state: state ?? '',
      resource: resource ?? '',
      code_challenge: challenge ?? '',
      code_challenge_method: method ?? '',
      nonce: nonce ?? '',
    })
    return reply.redirect(location, 302)
  })
  app.get(
    '/oauth/authorizations/:authorization_id',
    whenOn(
      parts,
      asUser(parts, async (request, _reply, { user }) => {
        checkOrigin(parts, request)
        return showAuthorization(parts, idOf(request), user)
      }),
    ),
  )
  app.post(
    '/oauth/authorizations/:authorization_id/consent',
    whenOn(
      parts,
      asUser(parts, async (request, _reply, { user }) => {
        checkOrigin(parts, request)
        const { action } = readBodyOr(request, Consent, 'invalid JSON body')
        return answerConsent(parts, { id: idOf(request), action }, user)
      }),
    ),
  )
}

const tokens: Route = (app, parts) => {
  app.post('/oauth/token', async (request, reply) => {
    checkServer(parts)
    parts.limit('token', request)
    const form = readForm(request)
    const client = await getClient(parts, readShown(request, form))
    void reply.header('cache-control', 'no-store')
    const wish = {
      grant_type: form('grant_type'),
      code: form('code'),
      refresh_token: form('refresh_token'),
      redirect_uri: form('redirect_uri'),
      code_verifier: form('code_verifier'),
      // Of forms upstream does not read it, and clients rely on that.
      resource: isJson(request) ? form('resource') : '',
    }
    return grantToken(parts, client, wish, originOf(request))
  })
  app.get(
    '/oauth/userinfo',
    whenOn(
      parts,
      asUser(parts, async (_request, _reply, { user, session }) => ({
        sub: user.id,
        ...oauthClaims(user, scopesOf(session?.scopes ?? ''), 'userinfo'),
      })),
    ),
  )
}

const grants: Route = (app, parts) => {
  app.get(
    '/user/oauth/grants',
    asUser(parts, async (_request, _reply, { user }) => {
      checkServer(parts)
      const listed = await listConsents(parts.pool, user.id)
      return listed.map(({ scopes, granted_at, ...client }) => ({
        // Only what introduces it is read.
        client: introduceClient(client as OAuthClientRow),
        scopes: scopesOf(scopes),
        granted_at: withZ(granted_at),
      }))
    }),
  )
  app.delete(
    '/user/oauth/grants',
    asUser(parts, async (request, reply, { user }) => {
      checkServer(parts)
      const clientId = queryText(request, 'client_id')
      if (clientId === '') throw errors.invalid('client_id query parameter is required')
      if (!isUuid(clientId)) throw errors.invalid('invalid client_id format')
      const key = { userId: user.id, clientId }
      await parts.pool.transaction(async (db) => {
        if ((await findConsent(db, key)) === undefined) throw errors.consentNotFound()
        await revokeConsent(db, key, iso(parts.clock()))
        const traits = { oauth_client_id: clientId, action: 'revoke_oauth_grant' }
        const deed = { actor: user, action: 'token_revoked', origin: originOf(request), traits } as const
        await recordDeed(db, parts.clock(), deed)
      })
      return reply.code(204).send()
    }),
  )
}

export const oauthServer: Route = (app, parts) => {
  authorization(app, parts)
  tokens(app, parts)
  grants(app, parts)
}
