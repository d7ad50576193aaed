// Browsers of any origin may call: keys and tokens travel in headers, never in cookies. Preflights are
// answered here, without a key; every answer, errors too, carries the headers.

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

/** Adds the headers to every answer and answers preflights with 204. Register it before any hook that may refuse. */
export const allowBrowsers = (app: FastifyInstance): void => {
  app.addHook('onRequest', (request, reply, done) => {
    void reply.header('access-control-allow-origin', '*').header('access-control-expose-headers', exposed)
    const isPreflight =
      request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined
    if (!isPreflight) return done()
    const asked = request.headers['access-control-request-headers']
    return reply
      .code(204)
      .header('access-control-allow-methods', methods)
      .header('access-control-allow-headers', asked || usualHeaders)
      .header('access-control-max-age', maxAge)
      .send()
  })
}
