// Settings kept in the database: `alter role authenticator set pgrst.db_max_rows = '100'`, the same for one
// database, and what a function named by `db-pre-config` sets. The more special one wins.

import { ident, type Pool, raw, type Statement, sql } from '@plinth/postgres'
import type { SettingSource } from './setting-reader.ts'

/** Settings that may be kept in the database; the others would come too late. */
const names = [
  'db_aggregates_enabled',
  'client_error_verbosity',
  'db_anon_role',
  'db_pre_config',
  'db_extra_search_path',
  'db_max_rows',
  'db_plan_enabled',
  'db_pre_request',
  'db_prepared_statements',
  'db_root_spec',
  'db_schemas',
  'db_tx_end',
  'db_hoisted_tx_settings',
  'jwt_aud',
  'jwt_role_claim_key',
  'jwt_secret',
  'jwt_secret_is_base64',
  'jwt_cache_max_entries',
  'openapi_mode',
  'openapi_security_active',
  'openapi_server_proxy_uri',
  'server_cors_allowed_origins',
  'server_trace_header',
  'server_timing_enabled',
  'url_use_legacy_target_names',
].map((name) => `pgrst.${name}`)

/** Not of PostgREST: the library's own switch, which may also be set for a whole database. */
const safeUpdate = 'safeupdate.enabled'

type Row = { readonly name: string; readonly value: string }

/** `schema.name`, or a name on the search path. */
const functionName = (name: string): Statement => {
  const dot = name.indexOf('.')
  return ident(dot < 0 ? name : [name.slice(0, dot), name.slice(dot + 1)])
}

const setByFunction = (preConfig: string | null): Statement =>
  preConfig === null
    ? raw('')
    : sql`union all
      select known, current_setting(known, true), null, null
      from ${functionName(preConfig)}() as called, unnest(${names}::text[]) as known`

const listSettings = (preConfig: string | null): Statement => sql`
  select distinct on (name) name, value
  from (
    select split_part(line, '=', 1) as name, substr(line, strpos(line, '=') + 1) as value,
      (s.setrole <> 0)::int as is_own, s.setdatabase as place
    from pg_catalog.pg_db_role_setting s, unnest(s.setconfig) as line
    where (s.setrole = (select oid from pg_catalog.pg_roles where rolname = current_user)
        or s.setrole = 0 and line like ${`${safeUpdate}=%`})
      and s.setdatabase in (0, (select oid from pg_catalog.pg_database where datname = current_database()))
    ${setByFunction(preConfig)}
  ) as found
  where name = any(${[...names, safeUpdate]}::text[]) and value is not null
  order by name, is_own desc nulls last, place desc nulls last`

export type DatabaseSettings = ReadonlyMap<string, string>

/** Keys are without `pgrst.`. Reads them as the pool's own role. Throws what the function of `db-pre-config` throws. */
export const readDatabaseSettings = (
  pool: Pick<Pool, 'transaction'>,
  preConfig: string | null,
): Promise<DatabaseSettings> =>
  pool.transaction(
    async (session) => {
      const rows = await session.query<Row>(listSettings(preConfig))
      return new Map(rows.map(({ name, value }) => [name.replace('pgrst.', ''), value]))
    },
    { readOnly: true },
  )

const off = /^\s*(f|fa|fal|fals|false|of|off|n|no|0)\s*$/i

/** Whether updates and deletes of whole tables are refused: unless the login role or the database says otherwise. */
export const isSafeUpdateOn = (settings: DatabaseSettings): boolean =>
  !off.test(settings.get(safeUpdate) ?? '')

export const databaseSource =
  (settings: DatabaseSettings): SettingSource =>
  (name) =>
    settings.get(name.replaceAll('-', '_'))
