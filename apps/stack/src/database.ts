// A stack's connections to its own Postgres. They outlive a stack value when the next one logs in alike.

import { setTimeout as pause } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Observe, StackPlace, StackSpec } from '@plinth/contracts'
import { type ConnectOptions, type Line, openLine, openPool, type Pool, sql } from '@plinth/postgres'
import { stackErrors } from './errors.ts'

export type Database = {
  /** The request line, as `authenticator`. */
  readonly line: Line
  /** Reads the catalogue, as `authenticator`: it sees what requests can be offered. */
  readonly reader: Pool
  /** As `supabase_auth_admin`. */
  readonly auth: Pool
  /** Where listeners of their own connect, as `authenticator`. */
  readonly connection: ConnectOptions
  /** As the owner: for what SQL asks the stack to do. */
  readonly owner: ConnectOptions
  readonly close: () => Promise<void>
}

const lineSize = 10

/** At least one, whatever small share of few connections the owner allows. */
const authSize = ({ auth, limits }: StackSpec): number => {
  const { db_max_pool_size: size, db_max_pool_size_unit: unit } = auth
  return unit === 'connections' ? size : Math.max(1, Math.floor((limits.maxConnections * size) / 100))
}

const msOf = (seconds: number | undefined): number | undefined =>
  seconds === undefined ? undefined : seconds * 1000

/** What the owner chose about the line's connections; without a choice they stay, and requests wait as usual. */
const lineLimits = ({ rest: { poolLimits: limits = {} } }: StackSpec) => {
  const waitMs = msOf(limits.acquisitionTimeout)
  const [idleMs, lifeMs] = [msOf(limits.maxIdletime), msOf(limits.maxLifetime)]
  const renews = idleMs !== undefined || lifeMs !== undefined
  return {
    ...(waitMs !== undefined && { waitMs }),
    ...(renews && { renewal: { idleMs: idleMs ?? Infinity, lifeMs: lifeMs ?? Infinity } }),
  }
}

/** A try costs about a millisecond, and who sleeps too long makes a request wait. */
const firstPauseMs = 4
const longestPauseMs = 250

/** Opens nothing yet: connections are made when they are first needed. */
export const openDatabase = (
  spec: StackSpec,
  place: Pick<StackPlace, 'postgresSocketDir' | 'database'>,
  observe: Observe,
): Database => {
  const { passwords } = spec.database
  const base = { socketDir: place.postgresSocketDir, database: place.database ?? 'postgres' }
  const connection = { ...base, user: 'authenticator', password: passwords.authenticator }
  const line = openLine({
    ...connection,
    size: spec.rest.poolSize ?? lineSize,
    ...lineLimits(spec),
    applicationName: 'plinth rest',
    observe,
  })
  const reader = openPool({ ...connection, size: 1, applicationName: 'plinth catalogue', observe })
  const auth = openPool({
    ...base,
    user: 'supabase_auth_admin',
    password: passwords.supabase_auth_admin,
    size: authSize(spec),
    applicationName: 'plinth auth',
    observe,
  })
  return {
    line,
    reader,
    auth,
    connection,
    owner: { ...base, user: 'plinth_sql', password: passwords.plinth_sql },
    close: async () => {
      await Promise.all([line.close(), reader.close(), auth.close()])
    },
  }
}

/** Whether connections made for one spec are right for the other. */
export const sharesDatabase = (one: StackSpec, other: StackSpec): boolean => {
  const [a, b] = [one.database.passwords, other.database.passwords]
  return (
    a.authenticator === b.authenticator &&
    a.supabase_auth_admin === b.supabase_auth_admin &&
    a.plinth_sql === b.plinth_sql &&
    one.rest.poolSize === other.rest.poolSize &&
    isDeepStrictEqual(lineLimits(one), lineLimits(other)) &&
    authSize(one) === authSize(other)
  )
}

/**
 * Waits until the database answers. It may still be starting, or have its passwords set in this moment, so every
 * refusal is tried again until the time is over or the signal says that nobody needs it any more.
 */
export const untilDatabaseAnswers = async (
  { reader }: Database,
  patienceMs: number,
  signal: AbortSignal,
): Promise<void> => {
  const deadline = performance.now() + patienceMs
  let wait = firstPauseMs
  for (;;) {
    try {
      await reader.one(sql`select 1 as answer`)
      return
    } catch (error) {
      if (signal.aborted || performance.now() > deadline)
        throw stackErrors.databaseNotReady(patienceMs / 1000, error)
    }
    await pause(wait, undefined, { signal }).catch(() => undefined)
    wait = Math.min(wait * 1.1, longestPauseMs)
  }
}
