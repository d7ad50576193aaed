// Tables, views and foreign tables of the exposed schemas, each with its columns, in one row per relation.
// Partitions are left out: their parent stands for them. Relies on pg_attribute's primary key (attrelid, attnum).

import { type Statement, sql } from '@plinth/postgres'

export type ColumnRow = readonly [
  position: number,
  name: string,
  comment: string | null,
  nullable: boolean,
  type: string,
  declaredType: string,
  maxLength: number | null,
  defaultText: string | null,
  enumValues: readonly string[] | null,
  generated: string,
  identity: string,
]

export type RelationRow = {
  readonly id: number
  readonly schema: string
  readonly name: string
  readonly kind: 'r' | 'p' | 'v' | 'm' | 'f'
  readonly comment: string | null
  /** Bits of `pg_relation_is_updatable`: 4 update, 8 insert, 16 delete. */
  readonly writable: number
  readonly columns: readonly ColumnRow[]
}

/** Answers `RelationRow`s by schema and name. */
export const listRelations = (schemas: readonly string[]): Statement => sql`
  with recursive steps as (
    select oid as domain, typbasetype as type from pg_type where typtype = 'd'
    union all
    select steps.domain, t.typbasetype from steps join pg_type t on t.oid = steps.type where t.typtype = 'd'
  ),
  roots as (
    select steps.domain, t.oid as type, t.typnamespace as namespace
    from steps join pg_type t on t.oid = steps.type
    where t.typtype <> 'd'
  ),
  labels as (
    select enumtypid as type, json_agg(enumlabel order by enumsortorder) as list
    from pg_enum group by enumtypid
  ),
  exposed as (
    select c.oid, c.relname, c.relkind, n.nspname
    from pg_namespace n join pg_class c on c.relnamespace = n.oid
    where n.nspname = any(${schemas}::text[])
      and c.relkind in ('r', 'p', 'v', 'm', 'f')
      and not c.relispartition
  ),
  columns as (
    select
      a.attrelid as relation,
      json_agg(json_build_array(
        a.attnum,
        a.attname,
        remark.description,
        not (a.attnotnull or t.typnotnull),
        case
          when t.typtype = 'd' and roots.namespace = 'pg_catalog'::regnamespace then format_type(roots.type, null)
          when t.typtype <> 'd' and t.typnamespace = 'pg_catalog'::regnamespace then format_type(t.oid, null)
          else format_type(a.atttypid, a.atttypmod)
        end,
        format_type(a.atttypid, a.atttypmod),
        case
          when true_type.modifier = -1 then null
          when true_type.id in ('character'::regtype, 'varchar'::regtype) then true_type.modifier - 4
          when true_type.id in ('bit'::regtype, 'varbit'::regtype) then true_type.modifier
        end,
        case
          when a.attgenerated <> '' then null
          when t.typtype = 'd' and value.adbin is null then pg_get_expr(t.typdefaultbin, 0)
          when a.attidentity = 'd' then (
            select format('nextval(%L)', d.objid::regclass) from pg_depend d
            where d.refclassid = 'pg_class'::regclass and d.refobjid = a.attrelid
              and d.refobjsubid = a.attnum and d.deptype = 'i' and d.classid = 'pg_class'::regclass
          )
          else pg_get_expr(value.adbin, value.adrelid)
        end,
        labels.list,
        a.attgenerated,
        a.attidentity
      ) order by a.attnum) as list
    from exposed
    join pg_attribute a on a.attrelid = exposed.oid and a.attnum > 0 and not a.attisdropped
    join pg_type t on t.oid = a.atttypid
    left join roots on roots.domain = t.oid
    left join labels on labels.type = coalesce(roots.type, t.oid)
    left join pg_attrdef value on value.adrelid = a.attrelid and value.adnum = a.attnum
    left join pg_description remark
      on remark.objoid = a.attrelid and remark.objsubid = a.attnum and remark.classoid = 'pg_class'::regclass
    cross join lateral (
      select
        case when t.typtype = 'd' then t.typbasetype else t.oid end as id,
        case when t.typtype = 'd' then t.typtypmod else a.atttypmod end as modifier
    ) true_type
    group by a.attrelid
  )
  select
    exposed.oid as id,
    exposed.nspname as schema,
    exposed.relname as name,
    exposed.relkind as kind,
    remark.description as comment,
    case
      when exposed.relkind in ('r', 'p') then 28
      when exposed.relkind = 'm' then 0
      -- Postgres raises an error when it asks a wrapper that has no handler.
      when wrapper.fdwhandler = 0 then 0
      else pg_relation_is_updatable(exposed.oid, true)
    end as writable,
    coalesce(columns.list, '[]') as columns
  from exposed
  left join columns on columns.relation = exposed.oid
  left join pg_foreign_table foreign_table on foreign_table.ftrelid = exposed.oid
  left join pg_foreign_server server on server.oid = foreign_table.ftserver
  left join pg_foreign_data_wrapper wrapper on wrapper.oid = server.srvfdw
  left join pg_description remark
    on remark.objoid = exposed.oid and remark.objsubid = 0 and remark.classoid = 'pg_class'::regclass
  order by exposed.nspname, exposed.relname`
