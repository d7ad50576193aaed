// Pieces that several lints share.

const platformSchemas = [
  '_analytics',
  '_realtime',
  '_supavisor',
  'auth',
  'cron',
  'extensions',
  'graphql',
  'graphql_public',
  'information_schema',
  'net',
  'pgbouncer',
  'pgmq',
  'pgsodium',
  'pgsodium_masks',
  'pgtle',
  'realtime',
  'repack',
  'storage',
  'supabase_functions',
  'supabase_migrations',
  'topology',
  'vault',
]

/** Schemas of the owner: neither Postgres' own nor the platform's. `n` is a row of `pg_namespace`. */
export const ownSchema = `n.nspname !~ '^pg_' and n.nspname <> all ('{${platformSchemas.join(',')}}'::text[])`

/** Objects that an extension brought are not the owner's to mend. */
export const notOfExtension = (oid: string, catalogue: string): string => `not exists (
    select 1 from pg_depend e where e.classid = '${catalogue}'::regclass and e.objid = ${oid} and e.deptype = 'e')`

/** Requests with a key can read it. */
export const isReadable = (oid: string): string =>
  `(has_table_privilege('anon', ${oid}, 'select') or has_table_privilege('authenticated', ${oid}, 'select'))`

/** `c` joined with its schema `n`. */
export const relations = 'pg_class c join pg_namespace n on n.oid = c.relnamespace'

/** Tables and partitioned tables of the owner. */
export const ownTables = `c.relkind in ('r', 'p') and ${ownSchema} and ${notOfExtension('c.oid', 'pg_class')}`

/** What stands in a schema that the API shows. */
export const isExposed = `n.nspname = any ($1::text[])`

/** Policies with their table `c` and schema `n`, expressions as text. */
export const policies = `(
    select p.oid, p.polname, p.polrelid, p.polcmd, p.polroles, p.polpermissive,
           coalesce(pg_get_expr(p.polqual, p.polrelid), '') as qual,
           coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '') as with_check
      from pg_policy p) p
  join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace`
