// What the owner sees of extensions through the Management API: SQL, webhooks of tables, the key of the vault.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestControl, testControl } from '../test-control.ts'

let t: TestControl
let ref: string
beforeAll(async () => {
  t = await testControl({ project: true })
  ref = await t.createProject()
})
afterAll(() => t.close())

const ask = async (query: string) => {
  const reply = await t.asOwner('POST', `/v1/projects/${ref}/database/query`, { query })
  expect(reply).toMatchObject({ status: 201 })
  return reply.body
}

test('extensions are made, listed and dropped by SQL', async () => {
  await ask('create extension if not exists pgjwt with schema extensions')
  const names =
    "select name, installed_version from pg_available_extensions where name in ('pgjwt', 'pg_net', 'vector')"
  expect(await ask(`${names} order by name`)).toEqual([
    { name: 'pg_net', installed_version: null },
    { name: 'pgjwt', installed_version: '0.2.0' },
    { name: 'vector', installed_version: null },
  ])
  await ask('drop extension pgjwt')
})

test('webhooks of tables are switched on, once and again', async () => {
  for (const _ of ['once', 'again'])
    expect(await t.asOwner('POST', `/v1/projects/${ref}/database/webhooks/enable`)).toMatchObject({
      status: 201,
    })
  await ask(`
    create table orders (id int);
    create trigger told after insert on orders for each row
      execute function supabase_functions.http_request('http://example.com', 'POST', '{}', '{}', '1000');
    insert into orders values (1)`)
  expect(
    await ask('select hook_name, hook_table_id::oid::regclass::text as on from supabase_functions.hooks'),
  ).toEqual([{ hook_name: 'told', on: 'orders' }])
})

test('the root key of the vault is shown and changed; what is no key is refused', async () => {
  const path = `/v1/projects/${ref}/pgsodium`
  expect(await t.asOwner('GET', path)).toMatchObject({ status: 200, body: { root_key: 'a'.repeat(64) } })
  const root_key = 'b'.repeat(64)
  expect(await t.asOwner('PUT', path, { root_key })).toMatchObject({ status: 200, body: { root_key } })
  expect(await t.asOwner('PUT', path, { root_key: 'x' })).toMatchObject({ status: 400 })
})
