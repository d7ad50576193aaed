// Custom media types: a domain named like one (application/x, or star-slash-star) that an aggregate over a
// row type or anyelement returns, or that a function returns itself.

import { type Statement, sql } from '@plinth/postgres'
import type { MediaHandler } from '../catalogue.ts'

export type MediaHandlerRow = {
  readonly mediaType: string
  readonly contentType: string
  readonly kind: 'aggregate' | 'result'
  readonly encoding: MediaHandler['encoding']
  readonly schema: string
  readonly name: string
  /** The relation of an aggregate (`anyelement` is pg_catalog's), or the function itself. */
  readonly targetSchema: string
  readonly targetName: string
}

/** Answers `MediaHandlerRow`s of functions in the exposed schemas. */
export const listMediaHandlers = (schemas: readonly string[]): Statement => sql`
  with media_types as (
    select
      oid,
      lower(typname) as name,
      case typname when '*/*' then 'application/octet-stream' else typname end as content_type,
      case typbasetype when 'bytea'::regtype then 'bytes' when 'jsonb'::regtype then 'jsonb' else 'text' end as encoding
    from pg_type
    where typtype = 'd' and (typname = '*/*' or typname ~* '^[a-z0-9.-]+/[a-z0-9.+-]+$')
  )
  select
    media_types.name as "mediaType",
    media_types.content_type as "contentType",
    case p.prokind when 'a' then 'aggregate' else 'result' end as kind,
    media_types.encoding,
    n.nspname as schema,
    p.proname as name,
    case p.prokind when 'a' then argument_schema.nspname else n.nspname end as "targetSchema",
    case p.prokind when 'a' then argument.typname else p.proname end as "targetName"
  from pg_namespace n
  join pg_proc p on p.pronamespace = n.oid
  join media_types on media_types.oid = p.prorettype
  left join pg_type argument on argument.oid = p.proargtypes[0]
  left join pg_namespace argument_schema on argument_schema.oid = argument.typnamespace
  where n.nspname = any(${schemas}::text[])
    and case p.prokind
      when 'f' then not p.proretset
      when 'a' then p.pronargs = 1 and (
        argument.oid = 'anyelement'::regtype
        or exists (
          select from pg_class c where c.oid = argument.typrelid and c.relkind in ('r', 'p', 'v', 'm', 'f')
        )
      )
    end
  order by n.nspname, p.proname`
