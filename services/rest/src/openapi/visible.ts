// What a role may see of a schema: asked in the request's own transaction, as the role of the caller.

import { type Statement, sql } from '@plinth/postgres'

/** Names of relations and object ids of functions. */
export type Visible = { readonly relations: ReadonlySet<string>; readonly functions: ReadonlySet<number> }

/** Answers one row of two json arrays: `relations` (names) and `functions` (object ids). */
export const findVisible = (schema: string): Statement => sql`
  select
    (
      select coalesce(json_agg(c.relname), '[]')
      from pg_catalog.pg_class c
      where c.relnamespace = n.oid
        and c.relkind in ('r', 'p', 'v', 'm', 'f')
        and not c.relispartition
        and (
          pg_has_role(c.relowner, 'usage')
          or has_table_privilege(c.oid, 'select, insert, update, delete, truncate, references, trigger')
          or has_any_column_privilege(c.oid, 'select, insert, update, references')
        )
    ) as relations,
    (
      select coalesce(json_agg(p.oid::int8), '[]')
      from pg_catalog.pg_proc p
      where p.pronamespace = n.oid and has_function_privilege(p.oid, 'execute')
    ) as functions
  from pg_catalog.pg_namespace n
  where n.nspname = ${schema}`

/** Reads the row of `findVisible` as the request line gives it: json as text. */
export const parseVisible = (row: readonly (string | null)[] | undefined): Visible => {
  const [relations, functions] = row ?? []
  return { relations: new Set(list<string>(relations)), functions: new Set(list<number>(functions)) }
}

// The statement above wrote the text: arrays of names and of numbers.
const list = <T>(text: string | null | undefined): readonly T[] => JSON.parse(text ?? '[]') as readonly T[]
