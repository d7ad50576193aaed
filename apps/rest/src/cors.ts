// Cross-origin requests as PostgREST answers them: any origin, or listed ones with credentials.

import type { FastifyInstance, FastifyReply, FastifyRequest } from '@plinth/http'

const methods = 'GET, POST, PATCH, PUT, DELETE, OPTIONS, HEAD'
const exposed =
  'Content-Encoding, Content-Location, Content-Range, Content-Type, Date, Location, Server, Transfer-Encoding, Range-Unit'
const usualHeaders = ['Accept', 'Accept-Language', 'Content-Language']
const maxAge = '86400'

type Headers = Readonly<Record<string, string>>

/** `undefined` for an origin that is not listed. */
const originHeaders = (origin: string, allowed: readonly string[]): Headers | undefined => {
  if (allowed.length === 0) return { 'access-control-allow-origin': '*' }
  if (!allowed.includes(origin)) return undefined
  return { 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true' }
}

const allowedHeaders = (asked: string | undefined): string =>
  ['Authorization', ...(asked ?? '').split(',').map((name) => name.trim()), ...usualHeaders]
    .filter(Boolean)
    .join(', ')

export const isPreflight = ({ method, headers }: FastifyRequest): boolean =>
  method === 'OPTIONS' && headers['access-control-request-method'] !== undefined

const answerPreflight = (request: FastifyRequest, reply: FastifyReply, origin: Headers): FastifyReply =>
  reply
    .code(200)
    .headers({
      ...origin,
      'access-control-allow-methods': methods,
      'access-control-allow-headers': allowedHeaders(request.headers['access-control-request-headers']),
      'access-control-max-age': maxAge,
    })
    .send()

/** Register it before any hook that may refuse: preflights carry no token. */
export const allowOrigins = (app: FastifyInstance, allowed: () => readonly string[]): void => {
  app.addHook('onRequest', (request, reply, done) => {
    const { origin } = request.headers
    const own = origin === undefined ? undefined : originHeaders(origin, allowed())
    if (own === undefined || !isPreflight(request)) return done()
    return answerPreflight(request, reply, own)
  })
  // Last, so that it wins over what the service says to `OPTIONS`.
  app.addHook('onSend', (request, reply, _body, done) => {
    const { origin } = request.headers
    const own = origin === undefined ? undefined : originHeaders(origin, allowed())
    if (own !== undefined && !isPreflight(request))
      void reply.headers({ ...own, 'access-control-expose-headers': exposed })
    done()
  })
}
