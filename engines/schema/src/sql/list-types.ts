// Every type of the database by object id, with the labels of enums and the attributes of composite types:
// columns and arguments may be of a type that stands in no exposed schema.

import { type Statement, sql } from '@plinth/postgres'

export type TypeRow = {
  readonly id: number
  readonly schema: string
  readonly name: string
  /** Of a row type, its relation or composite type; else zero. */
  readonly relation: number
  readonly labels: readonly string[] | null
  readonly attributes: readonly (readonly [name: string, type: number])[] | null
}

/** Answers `TypeRow`s, older types first. */
export const listTypes = (): Statement => sql`
  with labels as (
    select enumtypid as type, json_agg(enumlabel order by enumsortorder) as list
    from pg_enum group by enumtypid
  ),
  attributes as (
    select c.oid as relation, json_agg(json_build_array(a.attname, a.atttypid::int8) order by a.attnum) as list
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and not a.attisdropped
    where c.relkind = 'c'
    group by c.oid
  )
  select
    t.oid as id,
    n.nspname as schema,
    t.typname as name,
    t.typrelid as relation,
    labels.list as labels,
    attributes.list as attributes
  from pg_type t
  join pg_namespace n on n.oid = t.typnamespace
  left join labels on labels.type = t.oid
  left join attributes on attributes.relation = t.typrelid
  left join pg_class c on c.oid = t.typrelid
  where t.typrelid = 0 or c.relkind in ('c', 'r', 'v', 'm', 'p')
  order by t.oid`
