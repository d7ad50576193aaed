// What browsers need, on every answer and before any key is asked for.

import { memoryObserve } from '@plinth/observe'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { allowBrowsers, httpErrors, makeServer } from '../src/index.ts'

let app: FastifyInstance
beforeEach(() => {
  app = makeServer({ observe: memoryObserve({ expected: ['request.failed'] }) })
  allowBrowsers(app)
  app.addHook('onRequest', async (request) => {
    if (request.url.startsWith('/closed')) throw httpErrors.badRequest('closed')
  })
  app.get('/open', async () => 'ok')
  app.options('/open', async (_, reply) => reply.header('allow', 'GET').send())
  app.get('/closed', async () => 'never')
  app.get('/fails', async () => {
    throw new Error('x')
  })
})
afterEach(() => app.close())

const asks = { origin: 'https://app.example', 'access-control-request-method': 'PATCH' }

test.each(['/open', '/closed', '/unknown'])(
  'a preflight of %s is answered before anything else',
  async (url) => {
    const answer = await app.inject({ method: 'OPTIONS', url, headers: asks })
    expect(answer.statusCode).toBe(204)
    expect(answer.body).toBe('')
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
      'access-control-allow-headers': expect.stringContaining('apikey, content-type, x-client-info'),
      'access-control-max-age': '3600',
    })
  },
)

test('allows the headers that are asked for', async () => {
  const headers = { ...asks, 'access-control-request-headers': 'x-own, apikey' }
  const answer = await app.inject({ method: 'OPTIONS', url: '/open', headers })
  expect(answer.headers['access-control-allow-headers']).toBe('x-own, apikey')
})

test('OPTIONS that is no preflight reaches the route', async () => {
  const answer = await app.inject({
    method: 'OPTIONS',
    url: '/open',
    headers: { origin: 'https://app.example' },
  })
  expect(answer.headers.allow).toBe('GET')
})

test.each([
  ['/open', 200],
  ['/closed', 400],
  ['/unknown', 404],
  ['/fails', 500],
])('%s answers %i readable from any origin', async (url, status) => {
  const answer = await app.inject({ url })
  expect(answer.statusCode).toBe(status)
  expect(answer.headers['access-control-allow-origin']).toBe('*')
  expect(answer.headers['access-control-expose-headers']).toMatch(
    /content-range, .*sb-request-id, .*x-relay-error/,
  )
})
