// The state of a fresh project's database, as tables: what users' migrations, policies and dumps rely on.

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

const lines = async (statement: ReturnType<typeof sql>): Promise<string[]> =>
  (await database.admin.query<{ line: string }>(statement)).map(({ line }) => line)

test('roles and their attributes', async () => {
  const found = await lines(sql`
    select concat_ws(' ', rolname,
      case when rolsuper then 'superuser' end, case when rolcanlogin then 'login' end,
      case when rolinherit then 'inherit' end, case when rolcreatedb then 'createdb' end,
      case when rolcreaterole then 'createrole' end, case when rolreplication then 'replication' end,
      case when rolbypassrls then 'bypassrls' end) as line
    from pg_roles where rolname !~ '^pg_' order by rolname collate "C"`)
  expect(found).toEqual([
    'anon inherit',
    'authenticated inherit',
    'authenticator login',
    'dashboard_user inherit createdb createrole replication',
    'plinth_sql login inherit',
    'postgres login inherit createdb createrole replication bypassrls',
    'service_role inherit bypassrls',
    'supabase_admin superuser login inherit createdb createrole replication bypassrls',
    'supabase_auth_admin login createrole',
    'supabase_read_only_user login inherit bypassrls',
    'supabase_realtime_admin',
    'supabase_replication_admin login inherit replication',
    'supabase_storage_admin login createrole',
  ])
})

test('memberships', async () => {
  const found = await lines(sql`
    select concat_ws(' ', member::regrole, 'of', roleid::regrole,
      case when admin_option then 'admin' end, case when inherit_option then 'inherit' end,
      case when set_option then 'set' end) as line
    from pg_auth_members where member::regrole::text !~ '^pg_' order by 1`)
  expect(found).toEqual([
    'authenticator of anon set',
    'authenticator of authenticated set',
    'authenticator of service_role set',
    'plinth_sql of postgres inherit set',
    'postgres of anon admin inherit set',
    'postgres of authenticated admin inherit set',
    'postgres of authenticator admin',
    'postgres of pg_monitor inherit set',
    'postgres of pg_read_all_data inherit set',
    'postgres of pg_signal_backend inherit set',
    'postgres of service_role admin inherit set',
    'postgres of supabase_auth_admin inherit set',
    'postgres of supabase_realtime_admin inherit set',
    'postgres of supabase_storage_admin inherit set',
    'supabase_read_only_user of pg_read_all_data inherit set',
    'supabase_storage_admin of authenticator set',
  ])
})

test('settings of roles', async () => {
  const found = await lines(sql`
    select setrole::regrole || ': ' || setting as line
    from pg_db_role_setting, unnest(setconfig) as setting where setdatabase = 0 order by 1`)
  expect(found).toEqual([
    'anon: statement_timeout=3s',
    'authenticated: statement_timeout=8s',
    'authenticator: lock_timeout=8s',
    'authenticator: statement_timeout=8s',
    'plinth_sql: role=postgres',
    'postgres: search_path="$user", public, extensions',
    'supabase_admin: search_path="$user", public, auth, extensions',
    'supabase_auth_admin: idle_in_transaction_session_timeout=60000',
    'supabase_auth_admin: search_path=auth',
    'supabase_storage_admin: search_path=storage',
  ])
})

test('schemas: owner, who may use them, who may create in them', async () => {
  const found = await lines(sql`
    select format('%s owner %s; usage %s; create %s', nspname, nspowner::regrole,
      coalesce((select string_agg(r, ' ' order by r) from unnest(roles) as r
        where has_schema_privilege(r, n.oid, 'USAGE')), '-'),
      coalesce((select string_agg(r, ' ' order by r) from unnest(roles) as r
        where has_schema_privilege(r, n.oid, 'CREATE')), '-')) as line
    from pg_namespace as n,
      (values (array['anon', 'authenticated', 'service_role', 'postgres', 'dashboard_user',
        'supabase_auth_admin', 'supabase_storage_admin', 'supabase_realtime_admin'])) as list (roles)
    where nspname in ('public', 'auth', 'storage', 'realtime', 'extensions', 'graphql', 'graphql_public', 'vault')
    order by nspname`)
  const api = 'anon authenticated'
  expect(found).toEqual([
    `auth owner supabase_admin; usage ${api} dashboard_user postgres service_role supabase_auth_admin; create dashboard_user postgres supabase_auth_admin`,
    `extensions owner postgres; usage ${api} dashboard_user postgres service_role; create dashboard_user postgres`,
    `graphql owner supabase_admin; usage ${api} postgres service_role; create -`,
    `graphql_public owner supabase_admin; usage ${api} postgres service_role; create -`,
    `public owner pg_database_owner; usage ${api} dashboard_user postgres service_role supabase_auth_admin supabase_realtime_admin supabase_storage_admin; create postgres`,
    `realtime owner supabase_admin; usage ${api} postgres service_role supabase_realtime_admin; create postgres supabase_realtime_admin`,
    `storage owner supabase_admin; usage ${api} dashboard_user postgres service_role supabase_storage_admin; create dashboard_user postgres supabase_storage_admin`,
    'vault owner supabase_admin; usage postgres service_role; create -',
  ])
})

test('default privileges', async () => {
  const found = await lines(sql`
    select format('%s in %s: %s to %s', defaclrole::regrole, defaclnamespace::regnamespace, defaclobjtype,
      string_agg(distinct concat(a.grantee::regrole, case when a.is_grantable then '*' end), ' ')) as line
    from pg_default_acl, aclexplode(defaclacl) as a
    group by defaclrole, defaclnamespace, defaclobjtype
    order by 1`)
  const four = 'anon authenticated postgres service_role'
  const three = (owner: string, to: string) => ['S', 'f', 'r'].map((kind) => `${owner}: ${kind} to ${to}`)
  expect(found).toEqual(
    [
      three('postgres in public', four),
      three('postgres in storage', four),
      three('supabase_admin in extensions', 'postgres*'),
      three('supabase_admin in graphql_public', four),
      three('supabase_admin in public', four),
      three('supabase_admin in realtime', 'dashboard_user postgres'),
      three('supabase_auth_admin in auth', 'dashboard_user postgres'),
    ].flat(),
  )
})

test('extensions, publications, event triggers', async () => {
  expect(
    await lines(sql`
      select extname || ' in ' || extnamespace::regnamespace as line from pg_extension order by extname`),
  ).toEqual([
    'pg_stat_statements in extensions',
    'pgcrypto in extensions',
    'plpgsql in pg_catalog',
    'uuid-ossp in extensions',
  ])
  expect(
    await lines(sql`
      select format('%s owner %s %s', pubname, pubowner::regrole, case when puballtables then 'all tables' end) as line
      from pg_publication order by pubname`),
  ).toEqual([
    'supabase_realtime owner postgres ',
    'supabase_realtime_messages_publication owner supabase_realtime_admin ',
  ])
  expect(
    await lines(sql`select evtname || ' on ' || evtevent as line from pg_event_trigger order by evtname`),
  ).toEqual(['pgrst_ddl_watch on ddl_command_end', 'pgrst_drop_watch on sql_drop'])
})

test('the API roles have no right on any table of auth', async () => {
  expect(
    await lines(sql`
      select role || ' ' || c.oid::regclass as line
      from pg_class as c, unnest(array['anon', 'authenticated']) as role
      where relnamespace = 'auth'::regnamespace and relkind = 'r'
        and has_table_privilege(role, c.oid, 'SELECT, INSERT, UPDATE, DELETE')`),
  ).toEqual([])
})

test('the GraphQL placeholder says what is missing', async () => {
  expect(await owner.one(sql`select graphql_public.graphql(query => '{ x }') as answer`)).toEqual({
    answer: { errors: [{ message: 'pg_graphql extension is not enabled.' }] },
  })
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
