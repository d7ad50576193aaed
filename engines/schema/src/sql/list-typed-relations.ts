// Relations for generated types: partitions too, with what decides how a column is written in TypeScript.

import { type Statement, sql } from '@plinth/postgres'

export type TypedColumn = readonly [
  position: number,
  name: string,
  /** Name of the type; of a domain, the type it stands on. */
  type: string,
  nullable: boolean,
  hasDefault: boolean,
  identity: 'a' | 'd' | '',
  /** Asked of views only. */
  updatable: boolean,
]

export type TypedRelation = {
  readonly id: number
  readonly schema: string
  readonly name: string
  readonly kind: 'r' | 'p' | 'v' | 'm' | 'f'
  readonly updatable: boolean
  readonly columns: readonly TypedColumn[]
}

/** Answers `TypedRelation`s. */
export const listTypedRelations = (schemas: readonly string[]): Statement => sql`
  with columns as (
    select
      a.attrelid as relation,
      json_agg(json_build_array(
        a.attnum,
        a.attname,
        coalesce(base.typname, t.typname),
        not (a.attnotnull or t.typnotnull),
        a.atthasdef,
        a.attidentity,
        c.relkind in ('r', 'p') or c.relkind = 'v' and pg_column_is_updatable(c.oid, a.attnum, false)
      ) order by a.attnum) as list
    from pg_namespace n
    join pg_class c on c.relnamespace = n.oid and c.relkind in ('r', 'p', 'v', 'm', 'f')
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    join pg_type t on t.oid = a.atttypid
    left join pg_type base on t.typtype = 'd' and base.oid = t.typbasetype
    where n.nspname = any(${schemas}::text[])
    group by a.attrelid
  )
  select
    c.oid as id,
    n.nspname as schema,
    c.relname as name,
    c.relkind as kind,
    c.relkind = 'v' and (pg_relation_is_updatable(c.oid, false) & 20) = 20 as updatable,
    coalesce(columns.list, '[]') as columns
  from pg_namespace n
  join pg_class c on c.relnamespace = n.oid and c.relkind in ('r', 'p', 'v', 'm', 'f')
  left join columns on columns.relation = c.oid
  where n.nspname = any(${schemas}::text[])`
