// What stands in every project's database before the services bring their own: roles, schemas, grants,
// extensions, schema watch. Applied like any migration, so that existing projects follow.

import type { History } from '@plinth/contracts'
import { migrate } from '@plinth/postgres'
import { migrations } from './migrations.generated.ts'
import { openSuperuserPool, SUPERUSER } from './secrets.ts'

export const foundation: History = { owner: 'cluster', role: SUPERUSER, migrations }

export type UpdateOptions = {
  readonly socketDir: string
  readonly superuserPassword: string
  /** The services' histories; the foundation comes before them by itself. */
  readonly histories: readonly History[]
}

/** Brings a running branch up to date with this version; one statement when nothing is to be done. */
export const updateCluster = async (options: UpdateOptions): Promise<readonly string[]> => {
  const pool = openSuperuserPool(options.socketDir, options.superuserPassword)
  try {
    return (await migrate(pool, [foundation, ...options.histories])).applied
  } finally {
    await pool.close()
  }
}
