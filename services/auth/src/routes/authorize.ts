// GET /authorize and GET, POST /callback: signing in at another service. `/user/identities/authorize` adds one.

import type { FastifyReply, FastifyRequest } from 'fastify'
import { finishExternal, type Returned } from '../core/finish-external.ts'
import { startExternal } from '../core/start-external.ts'
import { nameSession } from './answer.ts'
import { originOf } from './guards.ts'
import { queryText } from './read-body.ts'
import { redirectOf } from './redirect-to.ts'
import type { Route, RouteParts } from './route.ts'

const queryOf = ({ url }: FastifyRequest): Readonly<Record<string, string>> =>
  Object.fromEntries(new URLSearchParams(url.split('?', 2)[1] ?? ''))

/** Sends people to the service, or tells the client where that is. */
export const sendAway = async (
  parts: RouteParts,
  request: FastifyRequest,
  reply: FastifyReply,
  linkingTarget?: string,
): Promise<unknown> => {
  const url = await startExternal(parts, {
    provider: queryText(request, 'provider'),
    scopes: queryText(request, 'scopes'),
    inviteToken: queryText(request, 'invite_token'),
    code_challenge: queryText(request, 'code_challenge'),
    code_challenge_method: queryText(request, 'code_challenge_method'),
    redirectTo: redirectOf(parts, request),
    linkingTarget,
    more: queryOf(request),
  })
  return queryText(request, 'skip_http_redirect') === 'true' ? { url } : reply.redirect(url, 302)
}

const readReturned = (pairs: URLSearchParams): Returned => {
  const text = (name: keyof Returned) => pairs.get(name) ?? ''
  return {
    state: text('state'),
    code: text('code'),
    error: text('error'),
    error_description: text('error_description'),
    oauth_token: text('oauth_token'),
    oauth_verifier: text('oauth_verifier'),
    denied: text('denied'),
    user: text('user'),
  }
}

export const authorize: Route = (app, parts) => {
  app.get('/authorize', (request, reply) => sendAway(parts, request, reply))

  const comeBack = async (request: FastifyRequest, reply: FastifyReply, pairs: URLSearchParams) => {
    const { location, opened, isLost } = await finishExternal(parts, readReturned(pairs), originOf(request))
    if (opened !== undefined) nameSession(reply, opened)
    return reply.redirect(location, isLost ? 303 : 302)
  }
  app.get('/callback', (request, reply) =>
    comeBack(request, reply, new URLSearchParams(request.url.split('?', 2)[1] ?? '')),
  )
  // Apple posts a form.
  app.post('/callback', (request, reply) =>
    comeBack(request, reply, new URLSearchParams(typeof request.body === 'string' ? request.body : '')),
  )
}
