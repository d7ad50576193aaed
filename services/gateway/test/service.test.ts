// Every kind of address × every kind of sender: exact status, exact body, and what the service behind saw.

import { makeServer } from '@plinth/http'
import { memoryObserve } from '@plinth/observe'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { gatewayDialect, gatewayService } from '../src/index.ts'
import { branch, keys, mirror, tokens } from './a-branch.ts'
import { bearer, type Sender, senders } from './senders.ts'

const observe = memoryObserve({ after: (check) => afterEach(check) })

const makeBranch = (spec = branch) => {
  const app = makeServer({ observe, dialect: gatewayDialect, bodyLimit: spec.limits.bodyBytes })
  app.register(gatewayService({ spec, services: { auth: mirror, rest: mirror, functions: mirror } }))
  return app
}

const app = makeBranch()
const legacyOff = makeBranch({ ...branch, jwt: { ...branch.jwt, legacyKeysEnabled: false } })
afterAll(() => Promise.all([app.close(), legacyOff.close()]))

const ask = (path: string, { headers = {}, query, legacyOff: off }: Sender) =>
  (off === true ? legacyOff : app).inject({
    url: query === undefined ? path : `${path}?${query}`,
    headers: { 'user-agent': 'node', ...headers },
  })

const offersNot = (name: string) => ({ message: `This installation does not offer ${name} yet.` })

describe.each(['/rest/v1/todos', '/rest/v1/', '/auth/v1/user', '/auth/v1/admin/users'])('%s', (path) => {
  test.each(senders)('$name', async (sender) => {
    const answer = await ask(path, sender)
    expect(answer.headers['access-control-allow-origin']).toBe('*')
    expect(answer.statusCode).toBe(sender.refused === undefined ? 200 : 401)
    if (sender.refused !== undefined) return expect(answer.json()).toEqual(sender.refused)
    const seen: unknown = answer.json()
    expect(seen).toMatchObject(sender.sees ?? {})
    expect(seen).toMatchObject({ url: expect.not.stringContaining('apikey') })
    expect(seen).toHaveProperty('query', sender.sees?.query ?? {})
    expect('problem' in (seen as object)).toBe(sender.sees?.problem !== undefined)
  })
})

describe.each([
  ['/storage/v1/bucket', 'storage'],
  ['/realtime/v1/api/broadcast', 'realtime'],
  ['/graphql/v1', 'GraphQL'],
  ['/api/agents', 'the AI service'],
])('%s is not offered, and asks for a key first', (path, name) => {
  test.each(senders)('$name', async (sender) => {
    const answer = await ask(path, sender)
    expect(answer.statusCode).toBe(sender.refused === undefined ? 501 : 401)
    expect(answer.json()).toEqual(sender.refused ?? offersNot(name))
  })
})

describe.each([
  '/auth/v1/verify',
  '/auth/v1/callback',
  '/auth/v1/.well-known/jwks.json',
  '/functions/v1/hello',
])('%s is open', (path) => {
  test.each(senders)('$name', async (sender) => {
    const answer = await ask(path, sender)
    expect(answer.statusCode).toBe(200)
    expect(answer.json()).toMatchObject(sender.sees ?? { role: 'anon', kind: 'none' })
  })
})

describe('/pg', () => {
  const refusal = { message: 'This address needs a secret or `service_role` key.' }
  test.each(senders)('$name', async (sender) => {
    const answer = await ask('/pg/tables', sender)
    const isService = sender.sees?.role === 'service_role'
    expect(answer.statusCode).toBe(sender.refused !== undefined ? 401 : isService ? 501 : 403)
    expect(answer.json()).toEqual(sender.refused ?? (isService ? offersNot('the catalogue API') : refusal))
  })
})

describe.each([
  ['GET', '/storage/v1/object/public/a/b.png', 501],
  ['HEAD', '/storage/v1/object/sign/a/b.png', 501],
  ['POST', '/storage/v1/object/sign/a/b.png', 401],
  ['PUT', '/storage/v1/object/upload/sign/a/b.png', 501],
  ['POST', '/storage/v1/object/upload/sign/a/b.png', 401],
  ['PUT', '/storage/v1/s3/bucket/key', 501],
  ['GET', '/auth/v1/verifyx', 401],
  ['POST', '/rest/v1/todos', 401],
] as const)('%s %s without a key', (method, url, status) => {
  test(`answers ${status}`, async () => expect((await app.inject({ method, url })).statusCode).toBe(status))
})

test.each(['/', '/nothing', '/rest/v2/todos', '/restv1', '/auth'])('%s is unknown', async (url) => {
  const answer = await app.inject({ url })
  expect(answer.statusCode).toBe(404)
  expect(answer.json()).toEqual({ message: `There is nothing at GET ${url}.` })
  expect(answer.headers['access-control-allow-origin']).toBe('*')
})

test('a wrong escape in the address is a 400 that browsers can read', async () => {
  const answer = await app.inject({ url: '/rest/v1/%zz' })
  expect(answer.statusCode).toBe(400)
  expect(answer.headers['access-control-allow-origin']).toBe('*')
})

test('a preflight needs no key', async () => {
  const headers = { origin: 'https://a.example', 'access-control-request-method': 'POST' }
  const answer = await app.inject({ method: 'OPTIONS', url: '/rest/v1/todos', headers })
  expect([answer.statusCode, answer.body]).toEqual([204, ''])
})

describe('keys without a token of their own', () => {
  const seen = async (apikey: string) =>
    (await app.inject({ url: '/rest/v1/', headers: { apikey } })).json() as { token: string; claims: object }

  test.each([
    ['publishable', keys.publishable, 'anon'],
    ['secret', keys.secret, 'service_role'],
  ])('a %s key becomes a short-lived token', async (_, key, role) => {
    const { token, claims } = await seen(key)
    expect(claims).toMatchObject({ iss: 'supabase', ref: branch.ref, role })
    const { iat, exp } = claims as { iat: number; exp: number }
    expect(exp - iat).toBe(600)
    const again = await app.inject({
      url: '/rest/v1/',
      headers: { apikey: keys.publishable, authorization: bearer(token) },
    })
    expect(again.json()).toMatchObject({ role, token, claims })
  })

  test('a legacy key shows its own claims', async () => {
    expect((await seen(keys.anon)).claims).toMatchObject({ iss: 'supabase', ref: branch.ref, role: 'anon' })
  })
})

test('an oversized body is refused before it is read', async () => {
  const answer = await app.inject({
    method: 'POST',
    url: '/rest/v1/todos',
    headers: { apikey: keys.anon, 'content-type': 'application/json' },
    payload: JSON.stringify('x'.repeat(2000)),
  })
  expect(answer.statusCode).toBe(413)
})

test('a rate counts per user and per address, and says when to come back', async () => {
  const limited = makeBranch({
    ...branch,
    limits: { ...branch.limits, requestsPerSecond: 0.1 },
  } as typeof branch)
  const ask = async (authorization: string) => {
    const { statusCode, headers } = await limited.inject({
      url: '/rest/v1/',
      headers: { apikey: keys.anon, authorization },
    })
    return [statusCode, headers['retry-after']]
  }
  expect([await ask(''), await ask(''), await ask(bearer(tokens.user))]).toEqual([
    [200, undefined],
    [429, '10'],
    [200, undefined],
  ])
  await limited.close()
})
