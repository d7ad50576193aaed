// What the owner of a project may do in its database, and what nobody but the platform may.

import { listen, openPool, type Pool, sql } from '@plinth/postgres'
import { type TestDatabase, testDatabase } from '@plinth/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'

let database: TestDatabase
let owner: Pool
beforeAll(async () => {
  database = await testDatabase({ template: 'project' })
  owner = openPool({ ...database.as('postgres'), size: 1, applicationName: 'owner' })
})
afterAll(async () => {
  await owner?.close()
  await database?.drop()
})

/** What the owner must be able to do, each in a transaction that is undone. */
const allowed = [
  'create schema mine; create table mine.t (id int primary key)',
  'create role helper login; grant authenticated to helper; grant helper to postgres; set role helper',
  'create extension vector with schema extensions; create table v (e vector(3)); create index on v using hnsw (e vector_l2_ops)',
  'create extension pg_trgm; create extension citext; create extension unaccent; create extension hstore; create extension ltree',
  'create extension hypopg; create extension moddatetime',
  'create table t (id int); alter publication supabase_realtime add table t',
  'create table profiles (id uuid references auth.users (id)); select count(*) from auth.users',
  'create function f() returns trigger language plpgsql as $$begin return new; end$$; create trigger t after insert on auth.users for each row execute function f()',
  'create policy p on storage.objects for select using (true); create policy p on storage.buckets for select using (true)',
  "create policy p on realtime.messages for select using (realtime.topic() = 'x')",
  'set local role anon',
  'set local role authenticated',
  'set local role service_role',
  "alter role anon set statement_timeout = '9s'",
  "alter role authenticator set pgrst.db_aggregates_enabled = 'true'",
  'alter role postgres set search_path = public',
  'create view w with (security_invoker) as select 1 as one; grant select on w to anon',
]

test.each(allowed)('the owner may: %s', async (text) => {
  const undo = new Error('undone')
  const outcome = owner.transaction(async (session) => {
    await session.script(text)
    throw undo
  })
  await expect(outcome).rejects.toBe(undo)
})

const refused: readonly (readonly [string, RegExp])[] = [
  ['alter role postgres superuser', /permission denied/],
  ['create role boss superuser', /permission denied/],
  ['set role supabase_admin', /permission denied/],
  ['grant supabase_admin to postgres', /permission denied/],
  ['grant pg_execute_server_program to postgres', /permission denied/],
  ['grant pg_read_server_files to postgres', /permission denied/],
  ['grant pg_write_server_files to postgres', /permission denied/],
  ["alter role supabase_admin password 'x'", /permission denied/],
  ["alter role plinth_sql password 'x'", /permission denied/],
  ['alter role supabase_auth_admin superuser', /permission denied/],
  ["copy (select 1) to program 'id'", /permission denied to COPY to or from an external program/],
  ["create table t (line text); copy t from '/etc/passwd'", /permission denied to COPY from a file/],
  ["select pg_read_file('/etc/passwd')", /permission denied/],
  ["select lo_import('/etc/passwd')", /permission denied/],
  ["create function f() returns int language c as '/lib/libc.so.6', 'getpid'", /permission denied/],
  ['create extension file_fdw', /permission denied/],
  ["set session_preload_libraries = 'x'", /permission denied/],
  [
    'create event trigger e on ddl_command_end execute function extensions.pgrst_ddl_watch()',
    /permission denied/,
  ],
  [
    'create or replace function graphql_public.graphql(text, text, jsonb, jsonb) returns jsonb language sql return null',
    /must be owner|permission denied/,
  ],
  ['create publication everything for all tables', /must be superuser/],
  ['create table x (id int) tablespace pg_global', /permission denied/],
]

test.each(refused)('the owner may not: %s', async (text, reason) => {
  await expect(owner.transaction((session) => session.script(text))).rejects.toThrow(reason)
})

test('the owner may not change the server', async () => {
  await expect(owner.run(sql`alter system set archive_command = 'id'`)).rejects.toThrow('permission denied')
})

test('SQL of the Management API runs as the owner, and no reset leads elsewhere', async () => {
  const pool = openPool({ ...database.as('plinth_sql'), size: 1, applicationName: 'api' })
  const who = async () => (await pool.one<{ who: string }>(sql`select current_user::text as who`)).who
  expect(await who()).toBe('postgres')
  await pool.run(sql`set role anon`)
  expect(await who()).toBe('anon')
  await pool.run(sql`reset role`)
  expect(await who()).toBe('postgres')
  await pool.run(sql`reset session authorization`)
  await pool.run(sql`create table made_by_api (id int)`)
  const table = await database.admin.one(sql`
    select tableowner::text as owner, has_table_privilege('anon', 'made_by_api', 'SELECT') as visible
    from pg_tables where tablename = 'made_by_api'`)
  expect(table).toEqual({ owner: 'postgres', visible: true })
  await pool.close()
})

test('the read-only role sees everything and changes nothing', async () => {
  const pool = openPool({ ...database.as('supabase_read_only_user'), size: 1, applicationName: 'reader' })
  await pool.query(sql`select count(*) from auth.users`)
  await expect(pool.run(sql`create table public.t (id int)`)).rejects.toThrow('permission denied')
  await expect(pool.run(sql`delete from auth.users`)).rejects.toThrow('permission denied')
  await pool.close()
})

/** Notices that a statement causes, up to a mark sent after it. */
const notices = async (text: string): Promise<readonly string[]> => {
  const heard: string[] = []
  const connected = Promise.withResolvers<void>()
  const marked = Promise.withResolvers<void>()
  const listener = listen({
    ...database.as('postgres'),
    channels: ['pgrst', 'mark'],
    onConnect: connected.resolve,
    onNotice: (channel, payload) => (channel === 'mark' ? marked.resolve() : heard.push(payload)),
  })
  await connected.promise
  await owner.session((session) => session.script(text))
  await owner.run(sql`notify mark`)
  await marked.promise
  await listener.close()
  return heard
}

test.each([
  ['create table watched (id int)', 1],
  ['alter table watched add column more text', 1],
  ["comment on table watched is 'x'", 1],
  ['create view watched_view as select * from watched', 1],
  ['create function watched_function() returns int language sql return 1', 1],
  ['drop view watched_view', 1],
  ['drop table watched', 1],
  ['create temporary table passing (id int); drop table passing', 0],
  ['select 1', 0],
] as const)('the REST service is told of: %s → %i', async (text, expected) => {
  expect(await notices(text)).toEqual(Array(expected).fill('reload schema'))
})
