// Everything owners can make in a database, one line each, in the server's own words.

import { type Pool, raw } from '@plinth/postgres'

const ours = `n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'auth', 'storage', 'realtime', 'extensions',
  'graphql', 'graphql_public', 'vault', 'plinth')`
/** Rights that nobody touched are written as the defaults they are. */
const rights = (acl: string, kind?: string, owner?: string) =>
  `(select string_agg(x::text, ',' order by x::text) from unnest(${kind ? `coalesce(${acl}, acldefault(${kind}, ${owner}))` : acl}) x)`
const ofRelation = rights('c.relacl', `case c.relkind when 'S' then 's' else 'r' end::"char"`, 'c.relowner')

const text = `
select 'schema ' || n.nspname || ' ' || coalesce(${rights('n.nspacl', `'n'`, 'n.nspowner')}, '') as line from pg_namespace n where ${ours}
union all
select 'relation ' || c.oid::regclass::text || ' ' || c.relkind::text || ' ' || c.relrowsecurity::text || c.relforcerowsecurity::text || ' '
       || coalesce(c.reloptions::text, '') || ' ' || coalesce(${ofRelation}, '') || ' '
       || coalesce(pg_get_expr(c.relpartbound, c.oid), '')
  from pg_class c join pg_namespace n on n.oid = c.relnamespace where ${ours} and c.relkind <> 'i' and c.relkind <> 't'
union all
select 'column ' || c.oid::regclass::text || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull::text
       || ' ' || a.attidentity::text || a.attgenerated::text || ' ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '') || ' '
       || coalesce(${rights('a.attacl')}, '')
  from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
  left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
 where ${ours} and c.relkind in ('r', 'p', 'v', 'm', 'c') and a.attnum > 0 and not a.attisdropped
union all
select 'constraint ' || k.conname || ' ' || k.conrelid::regclass::text || k.contypid::regtype::text || ' ' || pg_get_constraintdef(k.oid)
  from pg_constraint k join pg_namespace n on n.oid = k.connamespace where ${ours}
union all
select 'index ' || pg_get_indexdef(i.indexrelid) from pg_index i join pg_class c on c.oid = i.indrelid
  join pg_namespace n on n.oid = c.relnamespace where ${ours} and c.relkind <> 't'
union all
select 'view ' || c.oid::regclass::text || pg_get_viewdef(c.oid) from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where ${ours} and c.relkind in ('v', 'm')
union all
select 'function ' || pg_get_functiondef(p.oid) || coalesce(${rights('p.proacl', `'f'`, 'p.proowner')}, '') from pg_proc p
  join pg_namespace n on n.oid = p.pronamespace where ${ours} and p.prokind in ('f', 'p')
union all
select 'trigger ' || pg_get_triggerdef(t.oid) from pg_trigger t where not t.tgisinternal
union all
select 'policy ' || row(schemaname, tablename, policyname, permissive, roles, cmd, qual, with_check)::text from pg_policies
union all
select 'type ' || t.oid::regtype::text || ' ' || t.typtype::text || ' ' || coalesce(format_type(nullif(t.typbasetype, 0), t.typtypmod), '')
       || coalesce((select string_agg(e.enumlabel, ',' order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid), '')
  from pg_type t join pg_namespace n on n.oid = t.typnamespace where ${ours} and t.typtype in ('e', 'd', 'r')
union all
select 'sequence ' || row(schemaname, sequencename, start_value, increment_by, min_value, max_value, cycle)::text
  from pg_sequences n where schemaname not in ('auth', 'storage', 'realtime')
union all
select 'comment ' || row(o.type, o.identity, d.description)::text
  from pg_description d, lateral pg_identify_object(d.classoid, d.objoid, d.objsubid) o
 where o.schema is null or o.schema in (select nspname from pg_namespace n where ${ours})
union all
select 'extension ' || extname from pg_extension
union all
select 'publication ' || row(pubname, schemaname, tablename)::text from pg_publication_tables
union all
select 'default rights ' || row(defaclrole::regrole, defaclnamespace::regnamespace, defaclobjtype)::text
       || ${rights('defaclacl')} from pg_default_acl`

export const listObjects = async (pool: Pool): Promise<readonly string[]> =>
  (await pool.query<{ line: string }>(raw(text))).map(({ line }) => line).toSorted()
