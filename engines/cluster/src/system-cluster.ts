// The control database's cluster: same engine, own settings, one role and one database for the control plane.

import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { scramVerifier } from '@plinth/crypto'
import { ident, openPool, type Pool, sql } from '@plinth/postgres'
import { findInitAccount } from './account.ts'
import { type Archive, archivingGivenUp } from './backup/archive.ts'
import type { RunningSource } from './backup/copy-running.ts'
import { archivingOf } from './backup/log-pressure.ts'
import { canRebuild, rebuild } from './backup/rebuild.ts'
import { initDataDir } from './init-data-dir.ts'
import type { Runtime } from './runtime.ts'
import type { Secrets } from './secrets.ts'
import { adoptCluster, type Cluster, startCluster } from './server.ts'
import { makeSettings, readSettings, type Settings } from './settings.ts'
import { chownTree, removeTree, syncTree } from './tree.ts'

export type SystemClusterOptions = {
  readonly runtime: Runtime
  readonly dataDir: string
  readonly socketDir: string
  readonly logFile: string
  readonly uid?: number | undefined
  readonly gid?: number | undefined
  readonly adminPassword: string
  readonly controlPassword: string
  /** What it can be restored from; a data directory that is lost is made again of it. */
  readonly archive: Archive
}

const SUPERUSER = 'plinth_admin'

/** Where the control plane logs in. */
export const systemAddress = { user: 'plinth_control', database: 'plinth' } as const

const isEmpty = (folder: string): Promise<boolean> =>
  readdir(folder).then(
    (names) => names.length === 0,
    () => true,
  )

/**
 * Made beside and renamed: a start that was interrupted begins anew. Under a name of its own, since an `initdb` whose
 * supervisor was killed lives a little longer and clears its folder when it fails.
 */
const makeDataDir = async (options: SystemClusterOptions): Promise<void> => {
  const { runtime, dataDir, adminPassword, uid, gid } = options
  const account = await findInitAccount()
  const folder = dirname(dataDir)
  const building = join(folder, `.building-${randomUUID()}`)
  await mkdir(folder, { recursive: true, mode: 0o711 })
  for (const name of await readdir(folder))
    if (name.startsWith('.building')) await removeTree(join(folder, name))
  await initDataDir({ runtime, dataDir: building, superuser: SUPERUSER, password: adminPassword, account })
  if (uid !== undefined && gid !== undefined) chownTree(building, uid, gid)
  await syncTree(building)
  await rename(building, dataDir)
}

const ensureRole = async (pool: Pool, password: string): Promise<void> => {
  const { user } = systemAddress
  const found = await pool.maybe(sql`select from pg_catalog.pg_roles where rolname = ${user}`)
  const verifier = await scramVerifier(password)
  const change = found ? 'alter' : 'create'
  await pool.session((session) => session.script(`${change} role ${user} login password '${verifier}'`))
}

const ensureDatabase = async (pool: Pool): Promise<void> => {
  const { user, database } = systemAddress
  const found = await pool.maybe(sql`select from pg_catalog.pg_database where datname = ${database}`)
  if (!found) await pool.run(sql`create database ${ident(database)} owner ${ident(user)}`)
}

const settingsOf = ({ runtime, socketDir }: SystemClusterOptions): Settings => ({
  // Nothing is scheduled in the control database.
  ...makeSettings({
    runtime: { ...runtime, preload: [] },
    socketDir,
    name: 'plinth',
    size: 'micro',
    maxConnections: 100,
  }),
  // Always on and often written: workers of its own keep it clean.
  autovacuum_max_workers: '3',
  bgwriter_delay: '200ms',
  bgwriter_lru_maxpages: '100',
})

/** Passwords of its roles, for a restore. */
export const makeSystemSecrets = async (
  options: Pick<SystemClusterOptions, 'adminPassword' | 'controlPassword'>,
): Promise<Secrets> => ({
  superuser: SUPERUSER,
  superuserPassword: options.adminPassword,
  verifiers: new Map([
    [SUPERUSER, await scramVerifier(options.adminPassword)],
    [systemAddress.user, await scramVerifier(options.controlPassword)],
  ]),
})

/** How to take a backup of its running server. */
export const systemSource = (
  options: Pick<SystemClusterOptions, 'socketDir' | 'adminPassword'>,
): RunningSource => ({
  socketDir: options.socketDir,
  superuserPassword: options.adminPassword,
  superuser: SUPERUSER,
})

const ensureDataDir = async (options: SystemClusterOptions): Promise<void> => {
  if (!(await isEmpty(options.dataDir))) return
  if (!(await canRebuild(options.archive))) return makeDataDir(options)
  await rm(options.dataDir, { recursive: true, force: true })
  await rebuild({ ...options, settings: settingsOf(options), secrets: await makeSystemSecrets(options) })
}

/** An archive that cannot be reached is no reason not to start. */
const start = async (options: SystemClusterOptions): Promise<Cluster> => {
  const archiving = await archivingOf(options.archive, options.dataDir).catch(() => archivingGivenUp)
  return startCluster({ ...options, settings: { ...settingsOf(options), ...archiving } })
}

/** One that an older version started without an archive is started anew. */
const adopt = async (options: SystemClusterOptions): Promise<Cluster | undefined> => {
  const adopted = await adoptCluster(options)
  if (!adopted || (await readSettings(options.dataDir))['archive_mode'] === 'on') return adopted
  await adopted.stop()
  return undefined
}

/** Makes the control database if it is new, starts or takes over its server, and sets its password. */
export const createSystemCluster = async (options: SystemClusterOptions): Promise<Cluster> => {
  await ensureDataDir(options)
  const cluster = (await adopt(options)) ?? (await start(options))
  await cluster.ready
  const pool = openPool({
    socketDir: options.socketDir,
    user: SUPERUSER,
    password: options.adminPassword,
    database: 'postgres',
    size: 1,
    applicationName: 'plinth',
  })
  try {
    await ensureRole(pool, options.controlPassword)
    await ensureDatabase(pool)
  } finally {
    await pool.close()
  }
  return cluster
}
