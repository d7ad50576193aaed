// API keys: what is shown, what is hidden, what the stack is told.

import { sha256Base64Url } from '@plinth/crypto'
import { sql } from '@plinth/postgres'
import { afterAll, expect, test } from 'vitest'
import { testControl } from '../test-control.ts'

const t = await testControl()
const ref = await t.createProject()
const path = `/v1/projects/${ref}/api-keys`
afterAll(() => t.close())

type Key = { readonly id: string; readonly type: string; readonly name: string; readonly api_key: string }
const list = async (query = ''): Promise<readonly Key[]> => (await t.asOwner('GET', path + query)).body
const payload = (jwt: string) => JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString())
const stackKeys = () => t.host.specs.findLast((spec) => spec.ref === ref)?.apiKeys ?? []

test('a new project has two legacy and two new keys; only the secret one is hidden', async () => {
  const keys = await list()
  expect(keys.map(({ type, id }) => [type, type === 'legacy' ? id : 'uuid'])).toEqual([
    ['legacy', 'anon'],
    ['legacy', 'service_role'],
    ['publishable', 'uuid'],
    ['secret', 'uuid'],
  ])
  const [anon, service, publishable, secret] = keys
  const claims = payload(anon?.api_key ?? '')
  expect(claims).toEqual({
    iss: 'supabase',
    ref,
    role: 'anon',
    iat: expect.any(Number),
    exp: expect.any(Number),
  })
  expect(claims.exp - claims.iat).toBe(315_576_000)
  expect(payload(service?.api_key ?? '').role).toBe('service_role')
  expect(anon).toMatchObject({ prefix: 'eyJhb', inserted_at: null, updated_at: null })
  expect(publishable?.api_key).toMatch(/^sb_publishable_[\w-]{22}_[\w-]{8}$/)
  expect(secret?.api_key).toMatch(/^sb_secret_[\w-]{5}·{26}$/)
})

test('revealed keys match their hashes, and the spec has them with their roles', async () => {
  for (const key of await list('?reveal=true')) {
    expect(key).toMatchObject({ hash: sha256Base64Url(key.api_key) })
  }
  expect(stackKeys().map(({ type, role }) => [type, role])).toEqual([
    ['legacy', 'anon'],
    ['legacy', 'service_role'],
    ['publishable', 'anon'],
    ['secret', 'service_role'],
  ])
})

test('a key is kept sealed and hashed, never as it is', async () => {
  const secret = (await list('?reveal=true')).find(({ type }) => type === 'secret')
  const rows = await t.pool.query(sql`select to_jsonb(k) as row from api_keys k where ref = ${ref}`)
  expect(JSON.stringify(rows)).not.toContain(secret?.api_key)
})

test('the role of the template reaches the stack; changing and deleting it too', async () => {
  const body = { type: 'secret', name: 'reports', secret_jwt_template: { role: 'reporting' } }
  const made = (await t.asOwner('POST', `${path}?reveal=true`, body)).body
  const inStack = () => stackKeys().find(({ id }) => id === made.id)
  expect(made.api_key).toMatch(/^sb_secret_[\w-]{22}_[\w-]{8}$/)
  expect(inStack()).toEqual({
    id: made.id,
    type: 'secret',
    name: 'reports',
    hash: made.hash,
    role: 'reporting',
  })
  const edit = { secret_jwt_template: { role: 'auditing' }, description: 'x' }
  const edited = await t.asOwner('PATCH', `${path}/${made.id}`, edit)
  expect(edited.body).toMatchObject({ ...edit, name: 'reports', hash: made.hash })
  expect(inStack()?.role).toBe('auditing')
  const deleted = await t.asOwner('DELETE', `${path}/${made.id}?was_compromised=true`)
  expect([deleted.status, deleted.body.id, inStack()]).toEqual([200, made.id, undefined])
  expect((await t.asOwner('GET', `${path}/${made.id}`)).status).toBe(404)
})

test('without reveal a new secret key is not shown whole', async () => {
  const { body } = await t.asOwner('POST', path, { type: 'secret', name: 'hidden' })
  expect(body.api_key).toMatch(/·{26}$/)
})

const refusals: readonly (readonly [name: string, body: object, message: unknown])[] = [
  [
    'a name that is taken',
    { type: 'secret', name: 'default' },
    'name: there is a secret key named default already',
  ],
  ['a legacy key', { type: 'legacy', name: 'x' }, expect.stringMatching(/^type: Invalid option/)],
  ['a long name', { type: 'secret', name: 'x'.repeat(65) }, expect.stringMatching(/^name: Too big/)],
  [
    'a template of a publishable key',
    { type: 'publishable', name: 'x', secret_jwt_template: { role: 'anon' } },
    'secret_jwt_template: only secret keys have one',
  ],
]
test.each(refusals)('refuses %s', async (_name, body, message) => {
  expect(await t.asOwner('POST', path, body)).toMatchObject({ status: 400, body: { message } })
})

test('a name may be used once by each type', async () => {
  expect((await t.asOwner('POST', path, { type: 'publishable', name: 'hidden' })).status).toBe(201)
})

test('a key of another project is not found', async () => {
  const other = await t.createProject()
  const [key] = (await list()).filter(({ type }) => type === 'secret')
  expect((await t.asOwner('GET', `/v1/projects/${other}/api-keys/${key?.id}`)).status).toBe(404)
})

test('legacy keys can be switched off', async () => {
  expect((await t.asOwner('PUT', `${path}/legacy?enabled=false`)).body).toEqual({ enabled: false })
  expect(t.host.specs.findLast((spec) => spec.ref === ref)?.jwt.legacyKeysEnabled).toBe(false)
})
