// Reads tables for agents: one statement, answered in the shape the tool shows.

/** Schemas that are the system's own, left out when none is asked for. */
export const systemSchemas = ['information_schema', 'pg_catalog', 'pg_toast']

/** $1: the schemas; $2: those to leave out when $1 is empty. */
export const tableSql = `
select n.nspname || '.' || c.relname as name, n.nspname as schema, c.relname as table_name,
       c.relrowsecurity as rls_enabled,
       pg_stat_get_live_tuples(c.oid)::int8 as rows,
       obj_description(c.oid, 'pg_class') as comment,
       coalesce((
         select json_agg(json_build_object(
                  'name', a.attname,
                  'data_type', format_type(a.atttypid, null),
                  'format', t.typname,
                  'options', array_remove(array[
                     case when a.attidentity <> '' then 'identity' end,
                     case when a.attgenerated <> '' then 'generated' end,
                     case when not a.attnotnull then 'nullable' end,
                     case when a.attgenerated = '' then 'updatable' end,
                     case when exists (select 1 from pg_index i
                                        where i.indrelid = c.oid and i.indisunique and i.indnkeyatts = 1
                                          and i.indkey[0] = a.attnum and not i.indisprimary) then 'unique' end], null),
                  'default_value', pg_get_expr(d.adbin, d.adrelid),
                  'identity_generation', case a.attidentity when 'a' then 'ALWAYS' when 'd' then 'BY DEFAULT' end,
                  'enums', (select json_agg(e.enumlabel order by e.enumsortorder) from pg_enum e
                             where e.enumtypid in (t.oid, t.typelem)),
                  'check', (select pg_get_expr(k.conbin, k.conrelid) from pg_constraint k
                             where k.conrelid = c.oid and k.contype = 'c' and k.conkey = array[a.attnum]
                             order by k.oid limit 1),
                  'comment', col_description(c.oid, a.attnum)) order by a.attnum)
           from pg_attribute a
           join pg_type t on t.oid = a.atttypid
           left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
          where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped), '[]') as columns,
       coalesce((
         select json_agg(a.attname order by array_position(i.indkey::int2[], a.attnum))
           from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = any (i.indkey)
          where i.indrelid = c.oid and i.indisprimary), '[]') as primary_keys,
       (select json_agg(json_build_object(
                 'name', k.conname,
                 'source_table', k.conrelid::regclass::text,
                 'source_columns', (select json_agg(a.attname order by o.n)
                                      from unnest(k.conkey) with ordinality o(num, n)
                                      join pg_attribute a on a.attrelid = k.conrelid and a.attnum = o.num),
                 'target_table', k.confrelid::regclass::text,
                 'target_columns', (select json_agg(a.attname order by o.n)
                                      from unnest(k.confkey) with ordinality o(num, n)
                                      join pg_attribute a on a.attrelid = k.confrelid and a.attnum = o.num))
                order by k.conname)
          from pg_constraint k
         where k.contype = 'f' and c.oid in (k.conrelid, k.confrelid)) as foreign_key_constraints
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p') and not pg_is_other_temp_schema(n.oid)
   and case when cardinality($1::text[]) > 0 then n.nspname = any ($1) else n.nspname <> all ($2::text[]) end
 order by n.nspname, c.relname`

export const extensionSql = `
select e.name, n.nspname as schema, e.default_version, x.extversion as installed_version, e.comment
  from pg_available_extensions() e(name, default_version, comment)
  left join pg_extension x on x.extname = e.name
  left join pg_namespace n on n.oid = x.extnamespace
 order by e.name`
