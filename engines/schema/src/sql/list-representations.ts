// Domain representations: implicit casts by function between a domain and json or text, which the caller's
// own connection may run. Names come qualified because the search path is empty while the catalogue is read.

import { type Statement, sql } from '@plinth/postgres'

export type RepresentationRow = {
  readonly source: string
  readonly target: string
  readonly function: string
}

/** Answers `RepresentationRow`s. */
export const listRepresentations = (): Statement => sql`
  select
    format_type(source.oid, null) as source,
    format_type(target.oid, null) as target,
    c.castfunc::regproc::text as function
  from pg_cast c
  join pg_type source on source.oid = c.castsource
  join pg_type target on target.oid = c.casttarget
  where c.castcontext = 'i'
    and c.castmethod = 'f'
    and has_function_privilege(c.castfunc, 'execute')
    and (source.typtype = 'd' and target.oid in ('json'::regtype, 'text'::regtype)
      or target.typtype = 'd' and source.oid in ('json'::regtype, 'text'::regtype))`
