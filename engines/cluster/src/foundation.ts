// What stands in every project's database before the services bring their own: roles, schemas, grants,
// extensions, schema watch. Applied like any migration, so that existing projects follow.

import type { History } from '@plinth/contracts'
import { ident, migrate, type Pool, sql } from '@plinth/postgres'
import { migrations } from './migrations.generated.ts'
import { openSuperuserPool, SUPERUSER } from './secrets.ts'

export const foundation: History = { owner: 'cluster', role: SUPERUSER, migrations }

export type UpdateOptions = {
  readonly socketDir: string
  readonly superuserPassword: string
  /** The services' histories; the foundation comes before them by itself. */
  readonly histories: readonly History[]
  /** Told of each extension that could not be updated: it goes on as it was. */
  readonly onStale: (extension: string, error: unknown) => void
}

/** A newer Postgres brings newer versions of its extensions; a database keeps the old one until it is told. */
const updateExtensions = async (pool: Pool, onStale: UpdateOptions['onStale']): Promise<void> => {
  const old = await pool.query<{ name: string }>(sql`
    select e.extname as name from pg_catalog.pg_extension e
    join pg_catalog.pg_available_extensions a on a.name = e.extname
    where a.default_version <> e.extversion`)
  for (const { name } of old) {
    const update = `alter extension ${ident(name).text} update`
    await pool.session((session) => session.script(update)).catch((error) => onStale(name, error))
  }
}

/** Brings a running branch up to date with this version; two statements when nothing is to be done. */
export const updateCluster = async (options: UpdateOptions): Promise<readonly string[]> => {
  const pool = openSuperuserPool(options.socketDir, options.superuserPassword)
  try {
    await updateExtensions(pool, options.onStale)
    return (await migrate(pool, [foundation, ...options.histories])).applied
  } finally {
    await pool.close()
  }
}
