// A database with an archive, a table of numbers, and what an owner does with it: write, read, go back.

import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import {
  type Archive,
  archivingTo,
  type Cluster,
  createRestorePoint,
  makeSecrets,
  openArchive,
  type RestoreOptions,
  type RestoreTarget,
  restore,
  type Settings,
  takeBackup,
} from '@plinth/cluster'
import { sql } from '@plinth/postgres'
import { type Place, roles, type TestCluster } from '../place.ts'

export const passwords = {
  supabase_admin: 'supabase_admin',
  ...Object.fromEntries(roles.map((role) => [role, role])),
}

export type Guarded = {
  readonly cluster: TestCluster
  readonly archive: Archive
  readonly settings: Settings
  readonly source: { readonly socketDir: string; readonly superuserPassword: string }
  readonly server: () => Cluster
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
  /** Adds the numbers; resolves when they are committed. */
  readonly add: (...numbers: readonly number[]) => Promise<void>
  /** The numbers that are there. */
  readonly read: () => Promise<readonly number[]>
  readonly run: (text: string) => Promise<void>
  readonly backUp: (more?: Partial<Parameters<typeof takeBackup>[0]>) => ReturnType<typeof takeBackup>
  readonly mark: (name: string) => ReturnType<typeof createRestorePoint>
  readonly restoreOptions: (target: RestoreTarget) => Promise<RestoreOptions>
  /** Stops, restores, starts. */
  readonly goBack: (target: RestoreTarget, more?: Partial<RestoreOptions>) => Promise<void>
}

/** A new database with the table. */
export const openGuarded = async (place: Place): Promise<Guarded> => {
  const cluster = await place.take()
  const db = await guard(place, cluster)
  await cluster.setSecrets()
  await db.run('create table numbers (n int primary key)')
  return db
}

/** Starts a database that is there, with an archive. */
export const guard = async (place: Place, cluster: TestCluster): Promise<Guarded> => {
  const archive = await openArchive({ folder: join(cluster.home, 'archive'), ...cluster.owner })
  const archiving = archivingTo(archive)
  const settings = { ...cluster.settings, ...archiving }
  const source = { socketDir: cluster.socketDir, superuserPassword: 'supabase_admin' }
  let server: Cluster | undefined
  const running = (): Cluster => {
    if (!server) throw new Error('The server was not started.')
    return server
  }
  const withPool = async <T>(work: (pool: ReturnType<TestCluster['login']>) => Promise<T>): Promise<T> => {
    const pool = cluster.login('postgres')
    return work(pool).finally(pool.close)
  }
  const start = async () => {
    server = await cluster.start(archiving)
  }
  const stop = async () => {
    await server?.stop()
    server = undefined
  }
  await start()
  const run = (text: string) =>
    withPool(async (pool) => {
      await pool.session((session) => session.script(text))
    })
  const restoreOptions = async (target: RestoreTarget): Promise<RestoreOptions> => ({
    runtime: place.runtime,
    archive,
    home: cluster.home,
    dataDir: cluster.dataDir,
    target,
    settings,
    secrets: await makeSecrets(passwords),
    logFile: join(cluster.home, 'restore.log'),
  })
  return {
    cluster,
    archive,
    settings,
    source,
    server: running,
    start,
    stop,
    run,
    add: (...numbers) => run(`insert into numbers values ${numbers.map((n) => `(${n})`).join(',')}`),
    read: () =>
      withPool(async (pool) => {
        const rows = await pool.query<{ n: number }>(sql`select n from numbers order by n`)
        return rows.map((row) => row.n)
      }),
    backUp: (more = {}) =>
      takeBackup({
        runtime: place.runtime,
        archive,
        dataDir: cluster.dataDir,
        running: server ? source : undefined,
        label: 'test',
        ...more,
      }),
    mark: (name) => createRestorePoint({ archive, source, name }),
    restoreOptions,
    goBack: async (target, more = {}) => {
      await stop()
      try {
        await restore({ ...(await restoreOptions(target)), ...more })
      } finally {
        await start()
      }
    },
  }
}

/** The present moment, with nothing committed in the milliseconds around it. */
export const moment = async (): Promise<string> => {
  await delay(15)
  const now = new Date().toISOString()
  await delay(15)
  return now
}
