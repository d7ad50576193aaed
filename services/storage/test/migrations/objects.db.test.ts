// Tables, triggers and the functions that policies call.

import { type Pool, sql } from '@plinth/postgres'
import { type TestDatabase, testDatabase } from '@plinth/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

let database: TestDatabase
let pool: Pool
beforeAll(async () => {
  database = await testDatabase({ template: 'project' })
  pool = database.admin
  await pool.run(sql`insert into storage.buckets (id, name) values ('b', 'b')`)
})
afterAll(() => database?.drop())

const value = async (statement: ReturnType<typeof sql>): Promise<unknown> =>
  (await pool.one<{ value: unknown }>(statement)).value

test('every table has row security on, and no policy', async () => {
  const tables = await pool.query(sql`
    select relname as name from pg_class where relnamespace = 'storage'::regnamespace and relkind = 'r'
      and relrowsecurity order by 1`)
  expect(tables.map((row) => row['name'])).toEqual([
    'buckets',
    'buckets_analytics',
    'buckets_vectors',
    'iceberg_namespaces',
    'iceberg_tables',
    'migrations',
    'objects',
    's3_multipart_uploads',
    's3_multipart_uploads_parts',
    'vector_indexes',
  ])
  expect(
    await value(sql`select count(*)::int as value from pg_class
    where relnamespace = 'storage'::regnamespace and relkind = 'r' and not relrowsecurity`),
  ).toBe(0)
  expect(await value(sql`select count(*)::int as value from pg_policies where schemaname = 'storage'`)).toBe(
    0,
  )
})

test.each([
  ['a/b/c.txt', ['a', 'b'], 'c.txt', 'txt'],
  ['c.tar.gz', [], 'c.tar.gz', 'gz'],
  ['a/plain', ['a'], 'plain', 'plain'],
])('parts of the path %s', async (name, folder, file, extension) => {
  const parts = await pool.one(sql`
    select storage.foldername(${name}) as folder, storage.filename(${name}) as file,
      storage.extension(${name}) as extension`)
  expect(parts).toEqual({ folder, file, extension })
})

test.each([
  ['a/b/c', 'a/', '/', 'a/b/'],
  ['a/b', 'a/', '/', null],
  ['a/b', '', '/', 'a/'],
  ['a/b', 'x', '/', null],
  ['a/b', '', '', null],
  ['a::b', '', '::', 'a::'],
])('common prefix of %s after %s by %s', async (key, prefix, delimiter, expected) => {
  expect(await value(sql`select storage.get_common_prefix(${key}, ${prefix}, ${delimiter}) as value`)).toBe(
    expected,
  )
})

describe('the running operation', () => {
  test.each([
    ['storage.object.upload', 'storage.object.upload', true],
    ['storage.object.upload', 'object.upload', true],
    ['object.upload', 'storage.object.upload', true],
    ['storage.object.upload', 'object.list', false],
    ['', 'object.list', false],
    ['', '', false],
  ])('%s, allowed %s: %s', async (running, expected, allowed) => {
    const found = await pool.transaction(async (session) => {
      await session.query(sql`select set_config('storage.operation', ${running}, true)`)
      return session.one(sql`select storage.operation() as name, storage.allow_only_operation(${expected}) as one,
        storage.allow_any_operation(array['x', ${expected}]) as any`)
    })
    expect(found).toEqual({ name: running, one: allowed, any: allowed })
  })
  test('none at all', async () => {
    expect(await value(sql`select storage.allow_only_operation('object.list') as value`)).toBe(false)
  })
})

test('sizes by bucket', async () => {
  await pool.run(sql`insert into storage.objects (bucket_id, name, metadata)
    values ('b', 'one', '{"size": 3000000000}'), ('b', 'two', '{"size": 1}')`)
  expect(await pool.query(sql`select * from storage.get_size_by_bucket()`)).toEqual([
    { size: 3000000001, bucket_id: 'b' },
  ])
})

const asAnon = (statement: ReturnType<typeof sql>) =>
  pool.transaction(async (session) => {
    await session.run(sql`set local role anon`)
    await session.query(statement)
  })

test('can_insert_object tries an insert under the policies and leaves nothing', async () => {
  const attempt = sql`select storage.can_insert_object('b', 'new.txt', null, '{}')`
  await expect(asAnon(attempt)).rejects.toMatchObject({ sqlstate: '42501' })
  await pool.run(
    sql`create policy "may insert" on storage.objects for insert to anon with check (name = 'new.txt')`,
  )
  await expect(asAnon(attempt)).rejects.toMatchObject({ sqlstate: 'PT200', message: 'ROLLBACK' })
  expect(await value(sql`select count(*)::int as value from storage.objects where name = 'new.txt'`)).toBe(0)
})

test('an update moves updated_at', async () => {
  await pool.run(
    sql`insert into storage.objects (bucket_id, name, updated_at) values ('b', 'old', '2000-01-01')`,
  )
  await pool.run(sql`update storage.objects set version = 'v2' where name = 'old'`)
  expect(
    await value(
      sql`select updated_at > now() - interval '1 minute' as value from storage.objects where name = 'old'`,
    ),
  ).toBe(true)
})

test('bucket names have at most 100 characters', async () => {
  const name = 'x'.repeat(101)
  await expect(
    pool.run(sql`insert into storage.buckets (id, name) values ('long', ${name})`),
  ).rejects.toThrow(`bucket name "${name}" is too long (101 characters). Max is 100.`)
})

test.each(['objects', 'buckets'] as const)('rows of %s are deleted by the service only', async (table) => {
  const remove =
    table === 'objects'
      ? sql`delete from storage.objects`
      : sql`delete from storage.buckets where id = 'none'`
  await expect(pool.run(remove)).rejects.toThrow('Direct deletion from storage tables is not allowed')
  await pool.transaction(async (session) => {
    await session.query(sql`select set_config('storage.allow_delete_query', 'true', true)`)
    await session.run(remove)
  })
})
