// Primary, unique and foreign keys of all schemas, by relation and column number: an exposed view may stand
// on tables that are not exposed. Foreign keys that partitions inherit are left out.

import { type Statement, sql } from '@plinth/postgres'

export type ConstraintRow = {
  readonly name: string
  readonly kind: 'p' | 'u' | 'f'
  readonly relation: number
  readonly columns: readonly number[]
  /** Zero and null unless it is a foreign key. */
  readonly target: number
  readonly targetColumns: readonly number[] | null
}

/** Answers `ConstraintRow`s by relation and name, so that every load finds the same order. */
export const listConstraints = (): Statement => sql`
  select
    conname as name,
    contype as kind,
    conrelid as relation,
    conkey as columns,
    confrelid as target,
    confkey as "targetColumns"
  from pg_constraint
  where (contype in ('p', 'u') or contype = 'f' and conparentid = 0)
    and connamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
    and conrelid <> 0
  order by conrelid, conname`
