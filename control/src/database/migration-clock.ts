// Versions of migrations are moments in whole seconds. A project and its branches share one clock, so that no two of
// them call different migrations by the same version, which a merge could not tell apart.

import { type Queries, sql } from '@plinth/postgres'

/** Fourteen digits: now, or a second after what was given last. */
export const takeVersion = async (db: Queries, ref: string): Promise<string> => {
  const { version } = await db.one<{ version: string }>(sql`
    insert into migration_clocks as c (ref, at)
    select coalesce(parent_ref, ref), date_trunc('second', statement_timestamp()) from projects where ref = ${ref}
    on conflict (ref) do update set at = greatest(excluded.at, c.at + interval '1 second')
    returning to_char(at at time zone 'utc', 'YYYYMMDDHH24MISS') as version`)
  return version
}
