// Every kind of address × every kind of sender: exact status, exact body, and what the service behind saw.

import { memoryObserve } from '@plinth/observe'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { branch, keys, serveBranch, type Told, tokens } from './a-branch.ts'
import { bearer, type Sender, senders } from './senders.ts'

const observe = memoryObserve({ after: (check) => afterEach(check) })

const app = await serveBranch(branch, observe)
const legacyOff = await serveBranch({ ...branch, jwt: { ...branch.jwt, legacyKeysEnabled: false } }, observe)
afterAll(() => Promise.all([app.close(), legacyOff.close()]))

const ask = (path: string, { headers = {}, query, legacyOff: off }: Sender) =>
  (off === true ? legacyOff : app).ask(query === undefined ? path : `${path}?${query}`, { headers })

const json = ({ text }: Told): unknown => JSON.parse(text)

const offersNot = (name: string) => ({ message: `This installation does not offer ${name} yet.` })

describe.each(['/rest/v1/todos', '/rest/v1/', '/auth/v1/user', '/auth/v1/admin/users'])('%s', (path) => {
  test.each(senders)('$name', async (sender) => {
    const answer = await ask(path, sender)
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    expect(answer.status).toBe(sender.refused === undefined ? 200 : 401)
    if (sender.refused !== undefined) return expect(json(answer)).toEqual(sender.refused)
    const seen: unknown = json(answer)
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
    expect(answer.status).toBe(sender.refused === undefined ? 501 : 401)
    expect(json(answer)).toEqual(sender.refused ?? offersNot(name))
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
    expect(answer.status).toBe(200)
    expect(json(answer)).toMatchObject(sender.sees ?? { role: 'anon', kind: 'none' })
  })
})

describe('/pg', () => {
  const refusal = { message: 'This address needs a secret or `service_role` key.' }
  test.each(senders)('$name', async (sender) => {
    const answer = await ask('/pg/tables', sender)
    const isService = sender.sees?.role === 'service_role'
    expect(answer.status).toBe(sender.refused !== undefined ? 401 : isService ? 501 : 403)
    expect(json(answer)).toEqual(sender.refused ?? (isService ? offersNot('the catalogue API') : refusal))
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
  test(`answers ${status}`, async () => expect((await app.ask(url, { method })).status).toBe(status))
})

test.each(['/', '/nothing', '/rest/v2/todos', '/restv1', '/auth'])('%s is unknown', async (url) => {
  const answer = await app.ask(url)
  expect(answer.status).toBe(404)
  expect(json(answer)).toEqual({ message: `There is nothing at GET ${url}.` })
  expect(answer.headers.get('access-control-allow-origin')).toBe('*')
})

test('a wrong escape in the address is a 400 that browsers can read', async () => {
  const answer = await app.ask('/rest/v1/%zz')
  expect(answer.status).toBe(400)
  expect(answer.headers.get('access-control-allow-origin')).toBe('*')
})

test('a preflight needs no key', async () => {
  const headers = { origin: 'https://a.example', 'access-control-request-method': 'POST' }
  const answer = await app.ask('/rest/v1/todos', { method: 'OPTIONS', headers })
  expect([answer.status, answer.text]).toEqual([204, ''])
})

describe('keys without a token of their own', () => {
  const seen = async (apikey: string) =>
    json(await app.ask('/rest/v1/', { headers: { apikey } })) as { token: string; claims: object }

  test.each([
    ['publishable', keys.publishable, 'anon'],
    ['secret', keys.secret, 'service_role'],
  ])('a %s key becomes a short-lived token', async (_, key, role) => {
    const { token, claims } = await seen(key)
    expect(claims).toMatchObject({ iss: 'supabase', ref: branch.ref, role })
    const { iat, exp } = claims as { iat: number; exp: number }
    expect(exp - iat).toBe(600)
    const again = await app.ask('/rest/v1/', {
      headers: { apikey: keys.publishable, authorization: bearer(token) },
    })
    expect(json(again)).toMatchObject({ role, token, claims })
  })

  test('a legacy key shows its own claims', async () => {
    expect((await seen(keys.anon)).claims).toMatchObject({ iss: 'supabase', ref: branch.ref, role: 'anon' })
  })
})

test('an oversized body is refused before it is read', async () => {
  const answer = await app.ask('/rest/v1/todos', {
    method: 'POST',
    headers: { apikey: keys.anon, 'content-type': 'application/json' },
    body: JSON.stringify('x'.repeat(2000)),
  })
  expect(answer.status).toBe(413)
})

test('a rate counts per user and per address, and says when to come back', async () => {
  const limited = await serveBranch(
    { ...branch, limits: { ...branch.limits, requestsPerSecond: 0.1 } } as typeof branch,
    observe,
  )
  const ask = async (authorization: string) => {
    const { status, headers } = await limited.ask('/rest/v1/', {
      headers: { apikey: keys.anon, authorization },
    })
    return [status, headers.get('retry-after')]
  }
  expect([await ask(''), await ask(''), await ask(bearer(tokens.user))]).toEqual([
    [200, null],
    [429, '10'],
    [200, null],
  ])
  await limited.close()
})
