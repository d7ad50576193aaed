// SQL that only reads: everything is readable, and no way leads to writing.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { testControl } from '../test-control.ts'

const t = await testControl({ project: true })
const ref = await t.createProject()
afterAll(() => t.close())

const path = `/v1/projects/${ref}/database/query`
const ask = (query: string, more: object = {}) => t.asOwner('POST', path, { query, ...more })
const rowsOf = async (query: string) => {
  const reply = await ask(query)
  expect(reply).toMatchObject({ status: 201 })
  return reply.body
}

const read = (query: string, more: object = {}) => ask(query, { read_only: true, ...more })

beforeAll(async () => {
  await rowsOf(`create table secrets_of_owner (id int); insert into secrets_of_owner values (1);
    create function sneak() returns void language sql security definer as 'insert into secrets_of_owner values (2)';
    grant execute on function sneak() to public`)
})

test('reads everything', async () => {
  const { status, body } = await read(
    'select id from secrets_of_owner; select current_user::text as me, id from secrets_of_owner',
  )
  expect([status, body]).toEqual([201, [{ me: 'supabase_read_only_user', id: 1 }]])
})

const writes: readonly (readonly [query: string, message: RegExp])[] = [
  ['insert into secrets_of_owner values (3)', /42501|25006/],
  ['select sneak()', /25006: cannot execute INSERT in a read-only transaction/],
  ['commit; select sneak()', /cannot begin, end or change its transaction/],
  ['rollback; begin; select sneak()', /cannot begin, end or change its transaction/],
  [
    'set transaction read write; select sneak()',
    /25001: transaction read-write mode must be set before any query/,
  ],
  [
    'set transaction_read_only = off; select sneak()',
    /25001: transaction read-write mode must be set before any query/,
  ],
  [`select set_config('transaction_read_only', 'off', false); select sneak()`, /25001/],
  ['do $$ begin commit; perform sneak(); end $$', /2D000: invalid transaction termination/],
  ['set role postgres', /42501/],
  ['reset role; reset session authorization; insert into secrets_of_owner values (4)', /42501|25006/],
]
test.each(writes)('%s', async (query, message) => {
  const reply = await read(query)
  expect(reply.status).toBe(400)
  expect(reply.body.message).toMatch(message)
  expect(await rowsOf('select count(*) as n from secrets_of_owner')).toEqual([{ n: 1 }])
})

test('with parameters', async () => {
  expect((await read('select $1::int as n', { parameters: [7] })).body).toEqual([{ n: 7 }])
})

test('the read-only path asks for qualified names', async () => {
  const readOnly = `${path}/read-only`
  const bare = await t.asOwner('POST', readOnly, { query: 'select id from secrets_of_owner' })
  expect([bare.status, bare.body.message]).toEqual([400, expect.stringMatching(/42P01/)])
  const qualified = await t.asOwner('POST', readOnly, { query: 'select id from public.secrets_of_owner' })
  expect([qualified.status, qualified.body]).toEqual([201, [{ id: 1 }]])
})

test('a read-only member may read and nothing else', async () => {
  const asReader = (body: object) => t.call('POST', path, { token: t.reader.token, body })
  expect((await asReader({ query: 'select 1 as a', read_only: true })).status).toBe(201)
  expect(await asReader({ query: 'select 1' })).toMatchObject({
    status: 403,
    body: { missing_permissions: ['database_write'] },
  })
})
