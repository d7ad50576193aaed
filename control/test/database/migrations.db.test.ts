// The migration history through the API: atomic, idempotent, reversible, and at home in a table of the CLI.

import { afterAll, beforeEach, expect, test } from 'vitest'
import { testControl } from '../test-control.ts'

const t = await testControl({ project: true })
const ref = await t.createProject()
afterAll(() => t.close())

const path = `/v1/projects/${ref}/database/migrations`
const sql = async (query: string) => {
  const { status, body } = await t.asOwner('POST', `/v1/projects/${ref}/database/query`, { query })
  expect({ status, body }).toMatchObject({ status: 201 })
  return body
}
const apply = (body: object, headers: object = {}) => t.asOwner('POST', path, body, headers)
const list = async () => (await t.asOwner('GET', path)).body
const exists = async (table: string) => (await sql(`select to_regclass('${table}') is not null as v`))[0].v

beforeEach(() => sql('drop schema if exists supabase_migrations cascade; drop table if exists a, b'))

test('before the first one the list is empty and nothing is made', async () => {
  expect(await list()).toEqual([])
  expect(await exists('supabase_migrations.schema_migrations')).toBe(false)
})

test('runs and remembers', async () => {
  const reply = await apply({ query: 'create table a (id int)', name: 'first', rollback: 'drop table a' })
  expect(reply).toMatchObject({ status: 200, body: '', headers: { 'content-length': '0' } })
  const [entry] = await list()
  expect(entry).toEqual({ version: expect.stringMatching(/^20\d{12}$/), name: 'first' })
  expect((await t.asOwner('GET', `${path}/${entry.version}`)).body).toEqual({
    version: entry.version,
    name: 'first',
    statements: ['create table a (id int)'],
    rollback: ['drop table a'],
    created_by: 'owner@example.com',
  })
  expect(await exists('a')).toBe(true)
})

test('a migration that fails leaves nothing', async () => {
  const reply = await apply({ query: 'create table a (id int); select * from nowhere' })
  expect(reply).toMatchObject({
    status: 400,
    body: { message: expect.stringMatching(/^Failed to run sql query: ERROR: {2}42P01: relation "nowhere"/) },
  })
  expect([await exists('a'), await list()]).toEqual([false, []])
})

test('a deferred constraint that fails leaves nothing', async () => {
  await sql('create table a (id int unique deferrable initially deferred)')
  expect((await apply({ query: 'insert into a values (1), (1)' })).status).toBe(400)
  expect(await list()).toEqual([])
})

test('the same key again does nothing', async () => {
  const headers = { 'idempotency-key': 'k1' }
  expect((await apply({ query: 'create table a (id int)' }, headers)).status).toBe(200)
  expect((await apply({ query: 'create table a (id int)' }, headers)).status).toBe(200)
  expect((await list()).length).toBe(1)
})

test('many at once are applied one after the other, each under its own version', async () => {
  await sql('create table a (id int)')
  const replies = await Promise.all(
    Array.from({ length: 6 }, (_, id) => apply({ query: `insert into a values (${id})` })),
  )
  expect(replies.map(({ status }) => status)).toEqual(Array(6).fill(200))
  const versions = (await list()).map(({ version }: { version: string }) => version)
  expect(new Set(versions).size).toBe(6)
})

test('the same key many times at once runs once', async () => {
  await sql('create table a (id int)')
  const headers = { 'idempotency-key': 'k2' }
  await Promise.all(Array.from({ length: 5 }, () => apply({ query: 'insert into a values (1)' }, headers)))
  expect(await sql('select count(*) as n from a')).toEqual([{ n: 1 }])
})

const transactions: readonly (readonly [name: string, query: string, status: number])[] = [
  ['a transaction around the whole is taken off', 'begin;\ncreate table a (id int);\ncommit;', 200],
  ['a commit in the middle is refused', 'create table a (id int); commit; create table b (id int)', 400],
  ['a second transaction is refused', 'begin; create table a (id int); commit; begin; commit', 400],
  ['a rollback is refused', 'create table a (id int); rollback', 400],
]
test.each(transactions)('%s', async (_name, query, status) => {
  expect((await apply({ query })).status).toBe(status)
  expect([await exists('a'), (await list()).length]).toEqual(status === 200 ? [true, 1] : [false, 0])
})

test('a role set by the migration does not touch the history', async () => {
  expect((await apply({ query: 'create table a (id int); set role anon' })).status).toBe(200)
  expect((await list()).length).toBe(1)
})

test('remembers without running', async () => {
  expect((await t.asOwner('PUT', path, { query: 'create table a (id int)', name: 'told' })).status).toBe(200)
  expect([await exists('a'), (await list())[0].name]).toEqual([false, 'told'])
})

test('a record can be edited, an unknown one is not found', async () => {
  await apply({ query: 'select 1', name: 'old' })
  const { version } = (await list())[0]
  expect((await t.asOwner('PATCH', `${path}/${version}`, { name: 'new' })).status).toBe(200)
  expect(await list()).toEqual([{ version, name: 'new' }])
  const unknown = await t.asOwner('PATCH', `${path}/20200101000000`, { name: 'new' })
  expect(unknown).toMatchObject({ status: 404, body: { message: 'Migration 20200101000000 not found' } })
  expect((await t.asOwner('GET', `${path}/20200101000000`)).status).toBe(404)
  expect((await t.asOwner('GET', `${path}/abc`)).status).toBe(400)
})

test('takes migrations back, newest first', async () => {
  await apply({ query: 'create table a (id int)', rollback: 'drop table a' })
  await apply({ query: 'alter table a add b int', rollback: 'alter table a drop b' })
  const [first] = await list()
  expect((await t.asOwner('DELETE', `${path}?gte=${first.version}`)).status).toBe(200)
  expect([await exists('a'), await list()]).toEqual([false, []])
})

test('takes nothing back when one of them cannot be', async () => {
  await apply({ query: 'create table a (id int)' })
  await apply({ query: 'alter table a add b int', rollback: 'alter table a drop b' })
  const [first] = await list()
  const reply = await t.asOwner('DELETE', `${path}?gte=${first.version}`)
  expect(reply).toMatchObject({
    status: 400,
    body: { message: `Migration ${first.version} has no rollback statement; nothing was changed` },
  })
  expect((await list()).length).toBe(2)
  expect(
    await sql('select count(*) as n from pg_attribute where attrelid = $$a$$::regclass and attnum > 0'),
  ).toEqual([{ n: 2 }])
})

test('a table made by the CLI keeps working', async () => {
  await sql(`create schema supabase_migrations;
    create table supabase_migrations.schema_migrations (version text primary key, statements text[], name text);
    insert into supabase_migrations.schema_migrations values ('20240101000000', array['select 1'], 'by the CLI')`)
  expect(await list()).toEqual([{ version: '20240101000000', name: 'by the CLI' }])
  expect((await apply({ query: 'select 1' })).status).toBe(200)
  expect((await list()).length).toBe(2)
})
