// Browsers of any origin may call: keys and tokens travel in headers, never in cookies. Preflights are
// answered here, without a key; every answer, errors too, carries the headers.

import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyInstance } from 'fastify'

const methods = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'

const usualHeaders = [
  'authorization, apikey, content-type, x-client-info, x-supabase-api-version, prefer, range, range-unit',
  'accept-profile, content-profile, x-upsert, x-region, cache-control, if-none-match, tus-resumable',
  'upload-length, upload-offset, upload-metadata, upload-defer-length, upload-concat, x-source',
  'traceparent, tracestate, baggage',
].join(', ')

const exposed = [
  'content-range, content-location, content-length, content-profile, location, x-total-count, link',
  'preference-applied, x-supabase-api-version, sb-request-id, tus-resumable, tus-version, tus-extension',
  'tus-max-size, upload-offset, upload-length, upload-expires, upload-metadata, x-relay-error',
].join(', ')

const maxAge = '3600'

/** On every answer. */
export const browserHeaders: readonly (readonly [name: string, value: string])[] = [
  ['access-control-allow-origin', '*'],
  ['access-control-expose-headers', exposed],
]

type Asking = { readonly method: string; readonly headers: IncomingHttpHeaders }

export const isPreflight = ({ method, headers }: Asking): boolean =>
  method === 'OPTIONS' && headers['access-control-request-method'] !== undefined

/** What a preflight's answer says beside that. */
export const preflightHeaders = (headers: IncomingHttpHeaders): Readonly<Record<string, string>> => ({
  'access-control-allow-methods': methods,
  'access-control-allow-headers': headers['access-control-request-headers'] || usualHeaders,
  'access-control-max-age': maxAge,
})

/** Adds the headers to every answer and answers preflights with 204. Register it before any hook that may refuse. */
export const allowBrowsers = (app: FastifyInstance): void => {
  app.addHook('onRequest', (request, reply, done) => {
    for (const [name, value] of browserHeaders) void reply.header(name, value)
    if (!isPreflight(request)) return done()
    return reply.code(204).headers(preflightHeaders(request.headers)).send()
  })
}
