// Functions of the exposed schemas that a request can call: all arguments named, or one unnamed argument
// that takes a whole body. Overloads come by number of arguments.

import { type Statement, sql } from '@plinth/postgres'

export type ParameterRow = readonly [
  name: string,
  type: string,
  castType: string,
  required: boolean,
  variadic: boolean,
]

export type FunctionRow = {
  readonly id: number
  readonly schema: string
  readonly name: string
  readonly comment: string | null
  readonly parameters: readonly ParameterRow[]
  readonly resultSchema: string
  readonly resultName: string
  readonly isSet: boolean
  readonly isComposite: boolean
  readonly isDomain: boolean
  readonly volatility: 'v' | 's' | 'i'
  /** `name=value`, as in pg_proc. */
  readonly settings: readonly string[] | null
}

/** Answers `FunctionRow`s by schema and name. */
export const listFunctions = (schemas: readonly string[]): Statement => sql`
  with recursive steps as (
    select oid as domain, typbasetype as type from pg_type where typtype = 'd'
    union all
    select steps.domain, t.typbasetype from steps join pg_type t on t.oid = steps.type where t.typtype = 'd'
  ),
  roots as (
    select steps.domain, t.oid as type
    from steps join pg_type t on t.oid = steps.type
    where t.typtype <> 'd'
  )
  select
    p.oid as id,
    n.nspname as schema,
    p.proname as name,
    remark.description as comment,
    coalesce(input.list, '[]') as parameters,
    result_schema.nspname as "resultSchema",
    result.typname as "resultName",
    p.proretset as "isSet",
    result.typtype = 'c' or coalesce(p.proargmodes && '{t,b,o}', false) as "isComposite",
    roots.type is not null as "isDomain",
    p.provolatile as volatility,
    p.proconfig as settings
  from pg_namespace n
  join pg_proc p on p.pronamespace = n.oid
  left join roots on roots.domain = p.prorettype
  join pg_type result on result.oid = coalesce(roots.type, p.prorettype)
  join pg_namespace result_schema on result_schema.oid = result.typnamespace
  left join pg_description remark
    on remark.objoid = p.oid and remark.objsubid = 0 and remark.classoid = 'pg_proc'::regclass
  cross join lateral (
    select
      json_agg(json_build_array(
        argument.name,
        format_type(argument.type, null),
        case argument.type
          when 'bit'::regtype then 'bit varying'
          when 'bit[]'::regtype then 'bit varying[]'
          when 'character'::regtype then 'character varying'
          when 'character[]'::regtype then 'character varying[]'
          else format_type(argument.type, null)
        end,
        argument.place <= p.pronargs - p.pronargdefaults,
        argument.mode = 'v'
      ) order by argument.place) as list,
      count(*) filter (where argument.name = '') as unnamed,
      bool_or(argument.type in (
        'json'::regtype, 'jsonb'::regtype, 'text'::regtype, 'xml'::regtype, 'bytea'::regtype
      )) filter (where argument.name = '') as takes_body
    from (
      select
        coalesce(names.name, '') as name,
        types.type,
        coalesce(modes.mode, 'i') as mode,
        row_number() over (order by types.place) as place
      from unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) with ordinality as types (type, place)
      left join unnest(p.proargnames) with ordinality as names (name, place) using (place)
      left join unnest(p.proargmodes) with ordinality as modes (mode, place) using (place)
      where coalesce(modes.mode, 'i') in ('i', 'b', 'v')
    ) argument
  ) input
  where n.nspname = any(${schemas}::text[])
    and p.prokind = 'f'
    and p.prorettype <> 'trigger'::regtype
    and (input.unnamed = 0 or input.unnamed = 1 and input.takes_body)
  order by n.nspname, p.proname, p.pronargs, p.proargtypes`
