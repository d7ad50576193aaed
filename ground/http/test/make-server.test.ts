// A server as every process uses it: ids, errors before any handler, one line per request.

import { PlinthError } from '@plinth/errors'
import { memoryObserve } from '@plinth/observe'
import type { FastifyInstance, InjectOptions } from 'fastify'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeServer } from '../src/index.ts'

const observe = memoryObserve({ expected: ['request.failed'] })
let app: FastifyInstance

beforeEach(() => {
  app = makeServer({ observe, ref: 'a'.repeat(20), bodyLimit: 100 })
  app.post('/things', async (request) => request.body)
  app.get('/things/:id', { config: { name: 'things.get' } }, async () => ({ id: 1 }))
  app.get('/fails', async () => {
    throw new TypeError('inner workings')
  })
  app.get('/refuses', async () => {
    throw new PlinthError({ code: 'no_way', kind: 'caller', status: 409, message: 'No.', hint: 'Yes?' })
  })
})
afterEach(async () => {
  await app.close()
  observe.check()
})

const json = { 'content-type': 'application/json' }

test.each<{ name: string; ask: InjectOptions; status: number; body: object }>([
  {
    name: 'unknown path',
    ask: { url: '/nothing?apikey=1' },
    status: 404,
    body: { code: 'route_not_found', message: 'There is nothing at GET /nothing.' },
  },
  {
    name: 'known path, other method',
    ask: { method: 'DELETE', url: '/things/1' },
    status: 405,
    body: { code: 'method_not_allowed', message: '/things/1 does not take DELETE; it takes GET, HEAD.' },
  },
  {
    name: 'bad JSON',
    ask: { method: 'POST', url: '/things', headers: json, payload: '{"a":' },
    status: 400,
    body: { code: 'bad_json', message: 'The request body is not valid JSON.' },
  },
  {
    name: 'no JSON at all',
    ask: { method: 'POST', url: '/things', headers: json, payload: '' },
    status: 400,
    body: { code: 'bad_json', message: 'The request body is not valid JSON.' },
  },
  {
    name: 'too large a body',
    ask: { method: 'POST', url: '/things', headers: json, payload: JSON.stringify('x'.repeat(200)) },
    status: 413,
    body: { code: 'request_too_large', message: 'The request body is larger than 100 bytes.' },
  },
  {
    name: 'unknown content type',
    ask: { method: 'POST', url: '/things', headers: { 'content-type': 'text/csv' }, payload: 'a,b' },
    status: 415,
    body: { code: 'unsupported_media_type', message: 'The content type text/csv is not accepted here.' },
  },
  {
    name: 'wrong escape in the address',
    ask: { url: '/things/%zz' },
    status: 400,
    body: { code: 'bad_request', message: 'The address is not valid: it holds a wrong % escape.' },
  },
  {
    name: 'an error with meaning',
    ask: { url: '/refuses' },
    status: 409,
    body: { code: 'no_way', message: 'No.', hint: 'Yes?' },
  },
  {
    name: 'a bug shows nothing of itself',
    ask: { url: '/fails' },
    status: 500,
    body: { code: 'internal_error', message: 'Something went wrong on our side.' },
  },
])('$name', async ({ ask, status, body }) => {
  const answer = await app.inject(ask)
  expect(answer.statusCode).toBe(status)
  expect(answer.json()).toEqual(body)
  expect(answer.headers['sb-request-id']).toMatch(/^[\w-]{36}$/)
})

test('notices each request once, with its route, id and error code', async () => {
  const from = observe.seen.length
  const answer = await app.inject({ url: '/things/1' })
  await app.inject({ url: '/refuses' })
  expect(observe.seen.slice(from)).toMatchObject([
    {
      event: 'request.finished',
      ref: 'a'.repeat(20),
      fields: { route: 'things.get', status: 200, bytes: 8, requestId: answer.headers['sb-request-id'] },
    },
    { event: 'request.finished', fields: { route: 'GET /refuses', status: 409, code: 'no_way' } },
  ])
})

test('a bug is noticed with its stack, the request id and no more', async () => {
  const from = observe.seen.length
  const answer = await app.inject({ url: '/fails' })
  expect(observe.seen[from]).toMatchObject({
    level: 'error',
    event: 'request.failed',
    fields: { requestId: answer.headers['sb-request-id'] },
    error: { kind: 'bug', cause: expect.any(TypeError) },
  })
})

test.each([
  ['keeps the id the edge gave', '0198c0de-0000-7000-8000-000000000000', true],
  ['replaces an id that is none', 'x\u0022; drop', false],
])('%s', async (_, id, kept) => {
  const answer = await app.inject({ url: '/things/1', headers: { 'sb-request-id': id } })
  expect(answer.headers['sb-request-id'] === id).toBe(kept)
})
