// Names of schemas in the settings must be those of schemas.

import { DatabaseError, type Pool, sql } from '@plinth/postgres'

const findMissing = (names: readonly string[]) => sql`
  select name from unnest(${names}::text[]) as name
  where not exists (select from pg_catalog.pg_namespace where nspname = name)
  limit 1`

/** Throws DatabaseError 3F000, in Postgres' words, for the first one that is missing. */
export const requireSchemas = async (
  pool: Pick<Pool, 'transaction'>,
  names: readonly string[],
): Promise<void> => {
  const [missing] = await pool.transaction((session) => session.query<{ name: string }>(findMissing(names)), {
    readOnly: true,
  })
  if (missing === undefined) return
  throw new DatabaseError({
    message: `schema "${missing.name}" does not exist`,
    sqlstate: '3F000',
    severity: 'ERROR',
  })
}
