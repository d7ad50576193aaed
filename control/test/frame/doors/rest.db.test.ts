// The REST door under requests that are wrong in every way: exact status and body.

import { afterAll, describe, expect, test } from 'vitest'
import { testControl } from '../../test-control.ts'

const t = await testControl()
const ref = await t.createProject()
afterAll(() => t.close())

const json = { 'content-type': 'application/json' }
type Case = readonly [
  name: string,
  method: string,
  path: string,
  ask: { readonly body?: unknown; readonly headers?: object },
  status: number,
  message: unknown,
]

const cases: readonly Case[] = [
  ['an unknown route', 'GET', '/v1/nothing?x=1', {}, 404, 'Cannot GET /v1/nothing'],
  ['a method the path does not take', 'PATCH', '/v1/profile', {}, 404, 'Cannot PATCH /v1/profile'],
  ['bad JSON', 'POST', '/v1/projects', { body: '{"name":', headers: json }, 400, /not valid JSON/],
  [
    'JSON that is no object',
    'POST',
    '/v1/projects',
    { body: '3', headers: json },
    400,
    'Invalid input: expected object',
  ],
  [
    'another content type',
    'POST',
    '/v1/organizations',
    { body: 'name=x', headers: { 'content-type': 'application/xml' } },
    415,
    /application\/xml/,
  ],
  [
    'a body that is too large',
    'POST',
    '/v1/organizations',
    { body: { name: 'x'.repeat(200_000) } },
    413,
    /larger than 100000 bytes/,
  ],
  [
    'a body that would change prototypes',
    'POST',
    '/v1/organizations',
    { body: '{"__proto__":{"a":1}}', headers: json },
    400,
    /./,
  ],
  [
    'no body',
    'POST',
    '/v1/organizations',
    {},
    400,
    'name: Invalid input: expected string, received undefined',
  ],
  [
    'an empty JSON body',
    'POST',
    '/v1/organizations',
    { body: '', headers: json },
    400,
    'name: Invalid input: expected string, received undefined',
  ],
  ['a slug with odd characters', 'GET', '/v1/organizations/a%20b', {}, 404, 'Organization not found'],
  [
    'a ref in capitals',
    'GET',
    `/v1/projects/${ref.toUpperCase()}`,
    {},
    400,
    'ref: must be 20 lower-case letters',
  ],
  ['a ref that is too long', 'GET', `/v1/projects/${ref}a`, {}, 400, 'ref: must be 20 lower-case letters'],
  ['a wrong % escape', 'GET', '/v1/projects/%zz', {}, 400, /% escape/],
  [
    'no services',
    'GET',
    `/v1/projects/${ref}/health`,
    {},
    400,
    'services: Invalid input: expected array, received undefined',
  ],
  [
    'an unknown service',
    'GET',
    `/v1/projects/${ref}/health?services=auth,moon`,
    {},
    400,
    /^services\.1: Invalid option/,
  ],
  [
    'a timeout that is too long',
    'GET',
    `/v1/projects/${ref}/health?services=auth&timeout_ms=10001`,
    {},
    400,
    /^timeout_ms: Too big/,
  ],
  [
    'a flag that is no flag',
    'GET',
    `/v1/projects/${ref}/api-keys?reveal=perhaps`,
    {},
    400,
    /^reveal: Invalid input: expected boolean/,
  ],
  [
    'a switch without a position',
    'PUT',
    `/v1/projects/${ref}/api-keys/legacy`,
    {},
    400,
    /^enabled: Invalid input: expected boolean/,
  ],
  ['a key id that is no uuid', 'GET', `/v1/projects/${ref}/api-keys/17`, {}, 400, 'id: Invalid UUID'],
  [
    'an unknown key',
    'DELETE',
    `/v1/projects/${ref}/api-keys/00000000-0000-4000-8000-000000000000`,
    {},
    404,
    'API key not found',
  ],
  [
    'too many rows',
    'PATCH',
    `/v1/projects/${ref}/postgrest`,
    { body: { max_rows: 1_000_001 } },
    400,
    /^max_rows: Too big/,
  ],
  [
    'a short password',
    'PATCH',
    `/v1/projects/${ref}/database/password`,
    { body: { password: 'abc' } },
    400,
    /^password: Too small/,
  ],
]

test.each(cases)('%s', async (...row) => {
  const [, method, path, ask, status, message] = row
  const reply = await t.asOwner(method, path, ask.body, ask.headers)
  expect(reply.status).toBe(status)
  expect(reply.headers['content-type']).toBe('application/json; charset=utf-8')
  expect(Object.keys(reply.body)).toEqual(['message'])
  if (message instanceof RegExp) expect(reply.body.message).toMatch(message)
  else expect(reply.body.message).toEqual(message)
})

test('unknown inputs of a query are ignored', async () => {
  expect((await t.asOwner('GET', '/v1/projects?unknown=1')).status).toBe(200)
})

describe('tokens', () => {
  const headers: readonly (readonly [name: string, authorization: string, status: number])[] = [
    ['another scheme', `Basic ${t.owner.token}`, 401],
    ['no scheme', t.owner.token, 401],
    ['lower case', `bearer ${t.owner.token}`, 200],
    ['something behind it', `Bearer ${t.owner.token} x`, 401],
    ['a service key', 'Bearer sb_secret_abc', 401],
    ['empty', 'Bearer ', 401],
  ]
  test.each(headers)('%s', async (_name, authorization, status) => {
    expect((await t.call('GET', '/v1/profile', { headers: { authorization } })).status).toBe(status)
  })
})

test('requests are counted by caller and place; over the limit there is 429', async () => {
  const small = await testControl({ settings: { requestsPerMinute: 3 } })
  try {
    const get = (token: string) => small.call('GET', '/v1/profile', { token })
    const replies = [await get(small.owner.token), await get(small.owner.token), await get(small.owner.token)]
    const remaining = replies.map(({ headers }) => headers['x-ratelimit-remaining'])
    expect(remaining).toEqual(['2', '1', '0'])
    expect(await get(small.owner.token)).toMatchObject({
      status: 429,
      body: { message: 'ThrottlerException: Too Many Requests' },
    })
    expect((await get(small.developer.token)).status).toBe(200)
    const wrong = async () => (await get('sbp_wrong')).status
    expect([await wrong(), await wrong(), await wrong(), await wrong()]).toEqual([401, 401, 401, 429])
  } finally {
    await small.close()
  }
})

test('health, documents and reference are open', async () => {
  expect(await t.call('GET', '/health')).toMatchObject({ status: 200, body: { status: 'ok' } })
  const document = await t.call('GET', '/api/v1-json')
  expect(document.body.openapi).toBe('3.1.0')
  expect((await t.call('GET', '/v1/openapi.json')).body).toEqual(document.body)
  const page = await t.call('GET', '/docs')
  expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
  expect(page.body).toContain('v1-create-a-project')
  expect(page.body).not.toMatch(/(src|href)="https?:/)
})
