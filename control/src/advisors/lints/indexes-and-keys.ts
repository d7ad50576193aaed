// Lints about indexes, keys and waste: what makes queries slow.

import type { SqlLint } from '../lint.ts'
import { notOfExtension, ownSchema, ownTables, relations } from './parts.ts'

const category = 'PERFORMANCE'

export const indexLints: readonly SqlLint[] = [
  {
    name: 'unindexed_foreign_keys',
    title: 'Unindexed foreign keys',
    level: 'INFO',
    category,
    description: 'Identifies foreign key constraints without a covering index.',
    page: '0001_unindexed_foreign_keys',
    query: `
      select n.nspname as schema_name, c.relname as entity, 'table' as type, k.conname as key,
             format('Table \`%s.%s\` has a foreign key \`%s\` without a covering index. Deleting or changing a referenced row reads the whole table.',
                    n.nspname, c.relname, k.conname) as detail,
             jsonb_build_object('fkey_name', k.conname, 'fkey_columns', k.conkey) as more
        from ${relations} join pg_constraint k on k.conrelid = c.oid and k.contype = 'f'
       where ${ownTables} and not exists (
             select 1 from pg_index i
              where i.indrelid = c.oid and i.indisvalid and i.indpred is null
                and i.indnkeyatts >= cardinality(k.conkey)
                and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey)
       order by 1, 2, 4`,
  },
  {
    name: 'no_primary_key',
    title: 'No Primary Key',
    level: 'INFO',
    category,
    description: 'Identifies tables without a primary key.',
    page: '0004_no_primary_key',
    query: `
      select n.nspname as schema_name, c.relname as entity, 'table' as type,
             format('Table \`%s.%s\` does not have a primary key.', n.nspname, c.relname) as detail
        from ${relations}
       where ${ownTables} and not c.relispartition and not exists (
             select 1 from pg_constraint k where k.conrelid = c.oid and k.contype = 'p')
       order by 1, 2`,
  },
  {
    name: 'unused_index',
    title: 'Unused Index',
    level: 'INFO',
    category,
    description: 'Identifies indexes that no query has used.',
    page: '0005_unused_index',
    query: `
      select n.nspname as schema_name, c.relname as entity, 'table' as type, s.indexrelname as key,
             format('Index \`%s\` on table \`%s.%s\` has not been used.', s.indexrelname, n.nspname, c.relname) as detail
        from pg_stat_user_indexes s
        join pg_index i on i.indexrelid = s.indexrelid
        join pg_class c on c.oid = s.relid join pg_namespace n on n.oid = c.relnamespace
       where s.idx_scan = 0 and not i.indisunique and not i.indisexclusion and ${ownTables}
       order by 1, 2, 4`,
  },
  {
    name: 'duplicate_index',
    title: 'Duplicate Index',
    level: 'WARN',
    category,
    description: 'Identifies indexes of one table that are the same but for their name.',
    page: '0009_duplicate_index',
    query: `
      select n.nspname as schema_name, c.relname as entity,
             case c.relkind when 'm' then 'materialized view' else 'table' end as type,
             string_agg(x.relname, ',' order by x.relname) as key,
             format('Table \`%s.%s\` has the identical indexes %s. Drop all but one of them.', n.nspname, c.relname,
                    array_agg(x.relname order by x.relname)) as detail,
             jsonb_build_object('indexes', array_agg(x.relname order by x.relname)) as more
        from pg_index i join pg_class x on x.oid = i.indexrelid
        join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
       where c.relkind in ('r', 'p', 'm') and ${ownSchema} and ${notOfExtension('c.oid', 'pg_class')}
       group by n.nspname, c.relname, c.relkind, i.indrelid, x.relam, i.indkey::text, i.indclass::text,
                i.indoption::text, i.indcollation::text, i.indisunique, i.indnkeyatts,
                pg_get_expr(i.indpred, i.indrelid), pg_get_expr(i.indexprs, i.indrelid)
      having count(*) > 1
       order by 1, 2, 4`,
  },
  {
    name: 'table_bloat',
    title: 'Table Bloat',
    level: 'INFO',
    category,
    description: 'Identifies tables that take much more room than their rows need.',
    page: '0020_table_bloat',
    query: `
      with need as (
        select c.oid, c.relpages::bigint * current_setting('block_size')::bigint as bytes,
               greatest(c.reltuples, 0) * (28 + coalesce(sum(s.avg_width * (1 - s.null_frac)), 0)) / 0.9 as needed
          from ${relations} join pg_stats s on s.schemaname = n.nspname and s.tablename = c.relname
         where c.relkind = 'r' and ${ownSchema}
         group by c.oid, c.relpages, c.reltuples)
      select n.nspname as schema_name, c.relname as entity, 'table' as type,
             format('Table \`%s.%s\` takes %s of which about %s are waste.', n.nspname, c.relname,
                    pg_size_pretty(need.bytes), pg_size_pretty((need.bytes - need.needed)::bigint)) as detail
        from need join pg_class c on c.oid = need.oid join pg_namespace n on n.oid = c.relnamespace
       where need.bytes - need.needed > 20 * 1024 * 1024 and need.needed < need.bytes * 0.3
       order by 1, 2`,
  },
]
