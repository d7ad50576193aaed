// The control database as this process finds it: perhaps still starting, perhaps of an older version.

import { setTimeout as wait } from 'node:timers/promises'
import type { Observe } from '@plinth/contracts'
import { migrations } from '@plinth/control/migrations'
import { migrate, openPool, type Pool, sql } from '@plinth/postgres'

export type DatabaseAddress = { readonly socketDir: string; readonly password: string }

const user = 'plinth_control'
const database = 'plinth'
const pauseMs = 100
/** After this many attempts somebody is told. */
const patience = 50

const untilThere = async (pool: Pool, observe: Observe, signal: AbortSignal): Promise<void> => {
  for (let attempt = 1; ; attempt++) {
    try {
      await pool.query(sql`select 1`)
      return
    } catch (error) {
      if (attempt === 1) observe({ level: 'info', event: 'control_database.waiting' })
      if (attempt % patience === 0) observe({ level: 'warn', event: 'control_database.missing', error })
      await wait(pauseMs, undefined, { signal })
    }
  }
}

/** Waits for the server, then brings the schema up to date. */
export const openDatabase = async (
  address: DatabaseAddress,
  observe: Observe,
  signal: AbortSignal,
): Promise<Pool> => {
  const pool = openPool({ ...address, user, database, size: 10, applicationName: 'plinth control', observe })
  try {
    await untilThere(pool, observe, signal)
    const { applied } = await migrate(pool, [{ owner: 'control', role: user, migrations }])
    if (applied.length > 0) {
      observe({
        level: 'info',
        event: 'control_database.migrated',
        fields: { migrations: applied.join(',') },
      })
    }
    return pool
  } catch (error) {
    await pool.close()
    throw error
  }
}
