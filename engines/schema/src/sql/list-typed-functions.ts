// Functions for generated types, with the mode and type of every argument.

import { type Statement, sql } from '@plinth/postgres'

export type TypedArgument = {
  /** As in pg_proc: i, o, b (both), v (variadic), t (table column). */
  readonly mode: 'i' | 'o' | 'b' | 'v' | 't'
  readonly name: string
  readonly type: number
  readonly hasDefault: boolean
}

export type TypedFunction = {
  readonly schema: string
  readonly name: string
  readonly arguments: readonly TypedArgument[]
  /** Texts that overloads are ordered by. */
  readonly argumentText: string
  readonly resultText: string
  readonly resultType: number
  /** The relation or composite type of the rows, else zero. */
  readonly resultRelation: number
  readonly isSet: boolean
  /** Estimate of `rows` for a set, else zero. */
  readonly rows: number
}

/** Answers `TypedFunction`s; what triggers call is left out. */
export const listTypedFunctions = (schemas: readonly string[]): Statement => sql`
  select
    n.nspname as schema,
    p.proname as name,
    coalesce(input.list, '[]') as arguments,
    pg_get_function_arguments(p.oid) as "argumentText",
    pg_get_function_result(p.oid) as "resultText",
    p.prorettype as "resultType",
    result.typrelid as "resultRelation",
    p.proretset as "isSet",
    case when p.proretset then p.prorows else 0 end as rows
  from pg_namespace n
  join pg_proc p on p.pronamespace = n.oid and p.prokind = 'f'
  join pg_type result on result.oid = p.prorettype
  cross join lateral (
    select json_agg(json_build_object(
      'mode', argument.mode,
      'name', argument.name,
      'type', argument.type::int8,
      'hasDefault', argument.inputs > p.pronargs - p.pronargdefaults and argument.mode not in ('o', 't')
    ) order by argument.place) as list
    from (
      select
        types.place,
        types.type,
        coalesce(names.name, '') as name,
        coalesce(modes.mode, 'i') as mode,
        count(*) filter (where coalesce(modes.mode, 'i') not in ('o', 't')) over (order by types.place) as inputs
      from unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) with ordinality as types (type, place)
      left join unnest(p.proargnames) with ordinality as names (name, place) using (place)
      left join unnest(p.proargmodes) with ordinality as modes (mode, place) using (place)
    ) argument
  ) input
  where n.nspname = any(${schemas}::text[])
    and p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)`
