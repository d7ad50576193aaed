// The state of a fresh project's database, as tables: what users' migrations, policies and dumps rely on.

import { openPool, type Pool, sql } from '@plinth/postgres'
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

// `supabase_functions_admin` comes with webhooks; other tests on this server may have switched them on.
const lines = async (statement: ReturnType<typeof sql>): Promise<string[]> =>
  (await database.admin.query<{ line: string }>(statement)).map(({ line }) => line)

test('roles and their attributes', async () => {
  const found = await lines(sql`
    select concat_ws(' ', rolname,
      case when rolsuper then 'superuser' end, case when rolcanlogin then 'login' end,
      case when rolinherit then 'inherit' end, case when rolcreatedb then 'createdb' end,
      case when rolcreaterole then 'createrole' end, case when rolreplication then 'replication' end,
      case when rolbypassrls then 'bypassrls' end) as line
    from pg_roles where rolname !~ '^pg_' and rolname <> 'supabase_functions_admin' order by rolname collate "C"`)
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
    from pg_auth_members where member::regrole::text !~ '^pg_' and roleid::regrole::text <> 'supabase_functions_admin' order by 1`)
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
    from pg_db_role_setting, unnest(setconfig) as setting where setdatabase = 0 and setrole::regrole::text <> 'supabase_functions_admin' order by 1`)
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
    'supabase_vault in vault',
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
  ).toEqual([
    'issue_graphql_placeholder on sql_drop',
    'issue_pg_cron_access on ddl_command_end',
    'issue_pg_graphql_access on ddl_command_end',
    'issue_pg_net_access on ddl_command_end',
    'pgrst_ddl_watch on ddl_command_end',
    'pgrst_drop_watch on sql_drop',
  ])
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
