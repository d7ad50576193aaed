// Functions of one row argument: computed relationships when they give rows of a relation, computed
// columns when they give a scalar.

import { type Statement, sql } from '@plinth/postgres'

export type RowFunctionRow = {
  readonly schema: string
  readonly name: string
  readonly source: number
  /** Zero for a scalar. */
  readonly target: number
  readonly targetSchema: string | null
  readonly targetName: string | null
  readonly type: string
  readonly toOne: boolean
}

/** Answers `RowFunctionRow`s; `schemas` are those a request's search path can hold. */
export const listRowFunctions = (schemas: readonly string[]): Statement => sql`
  select
    n.nspname as schema,
    p.proname as name,
    source.oid as source,
    coalesce(target.oid, 0) as target,
    target_schema.nspname as "targetSchema",
    target.relname as "targetName",
    format_type(p.prorettype, null) as type,
    not p.proretset or p.prorows = 1 as "toOne"
  from pg_namespace n
  join pg_proc p on p.pronamespace = n.oid and p.pronargs = 1 and p.prokind = 'f'
  join pg_class source
    on source.reltype = p.proargtypes[0] and source.relkind in ('r', 'p', 'v', 'm', 'f')
  left join pg_class target
    on target.reltype = p.prorettype and target.relkind in ('r', 'p', 'v', 'm', 'f')
  left join pg_namespace target_schema on target_schema.oid = target.relnamespace
  where n.nspname = any(${schemas}::text[])
    and (target.oid is not null or not p.proretset)
  order by n.nspname, p.proname, source.oid`
