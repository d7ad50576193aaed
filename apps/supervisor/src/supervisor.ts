// The supervisor put together: what it opens, in which order, and the same order backwards when it stops.

import { rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { findBackrest, findPooler, findRuntime, openTemplates, systemAddress } from '@plinth/cluster'
import type { History, Observe } from '@plinth/contracts'
import { readInstallationKey } from '@plinth/crypto'
import { closeServer, listenOnSocket, makeServer } from '@plinth/http'
import { readBackupBucket } from './backup-bucket.ts'
import { tendBackups } from './backup-keeper.ts'
import { Bans } from './bans.ts'
import { makeNotes } from './branch-notes.ts'
import { Branches } from './branches.ts'
import type { SupervisorConfig } from './config.ts'
import { openDeleted } from './deleted.ts'
import type { Host } from './host.ts'
import { readSystemSecrets } from './installation-files.ts'
import { limitLogs } from './limit-logs.ts'
import { openLimits } from './limits.ts'
import { localRuntime } from './local-runtime.ts'
import { takeLock } from './lock.ts'
import { type Offsite, openOffsite } from './offsite.ts'
import { onceOpened } from './once-opened.ts'
import { removeOrphans } from './orphans.ts'
import { openPlaces, type Places } from './places.ts'
import type { HealthReport } from './routes/health.ts'
import { adminRoutes } from './routes/index.ts'
import { Spares } from './spares.ts'
import { openSpecs, type StoredSpec } from './specs.ts'
import type { StackEntry } from './stack-process.ts'
import { makeStartGate } from './start-gate.ts'
import { openSystemDatabase, SYSTEM, type SystemDatabase } from './system-database.ts'
import { openUids, type Uids } from './uids.ts'

export type SupervisorDeps = {
  readonly config: SupervisorConfig
  readonly observe: Observe
  /** Folder `.runtime` of the checkout. */
  readonly runtimeFolder: string
  readonly stackEntry: StackEntry
  /** What the services keep in every branch's database. */
  readonly histories: readonly History[]
  /** How many of each wait for the next branch; two stacks and three databases unless told. */
  readonly ready?: { readonly stacks: number; readonly databases: number }
}

export type Supervisor = { readonly stop: () => Promise<void> }

const STARTS_PER_CORE = 3
const HOUR_MS = 3_600_000

const openHost = async (deps: SupervisorDeps, places: Places): Promise<Host> => {
  const { config, observe, histories, ready } = deps
  const { PLINTH_DATA: data, PLINTH_RUN: run, PG_BIN_DIR } = config
  const key = await readInstallationKey(config.PLINTH_INSTALLATION_KEY_FILE)
  const runtime = await findRuntime({ folder: deps.runtimeFolder, env: { PG_BIN_DIR } })
  const templates = {
    runtime,
    folder: join(data, 'templates'),
    histories,
    observe,
    ...(ready && { size: ready.databases }),
  }
  return {
    runtime,
    templates: onceOpened(() => openTemplates(templates)),
    histories,
    places,
    uids: await openUids(join(data, 'uids.json')),
    specs: await openSpecs(join(data, 'specs'), key),
    deleted: await openDeleted(join(data, 'deleted'), config.PLINTH_DELETED_HOURS * HOUR_MS),
    spares: new Spares(deps.stackEntry, { run, logs: join(data, 'logs') }, observe, ready?.stacks),
    cgroups: await openLimits(data, observe),
    gate: makeStartGate(STARTS_PER_CORE * availableParallelism()),
    databases: new Map(),
    key,
    observe,
  }
}

/** Ends and frees what belongs to no branch; data is left alone. */
const clearOrphans = async (
  host: Host,
  config: SupervisorConfig,
  stored: readonly StoredSpec[],
): Promise<void> => {
  const names = new Set<string>([SYSTEM, ...stored.map(({ ref }) => ref)])
  const traces = await Promise.all(
    stored.map(({ ref }) => makeNotes(host.places.foldersOf(ref).home, host.key).readStack()),
  )
  const stacks = new Set(traces.flatMap((trace) => trace?.pid ?? []))
  const ended = await removeOrphans(config.PLINTH_DATA, config.PLINTH_RUN, { names, stacks })
  if (ended > 0) host.observe({ level: 'info', event: 'orphans.ended', fields: { count: ended } })
  for (const { ref } of await host.deleted.list()) names.add(ref)
  await releaseUnused(host.uids, names)
}

const releaseUnused = async (uids: Uids, names: ReadonlySet<string>): Promise<void> => {
  for (const name of uids.names()) if (!names.has(name)) await uids.release(name)
}

const healthOf = ({ runtime, places, cgroups }: Host, pooler: boolean): HealthReport => ({
  status: 'ok',
  postgres: { version: runtime.version, vector: runtime.vector },
  pooler,
  limits: { enforced: cgroups.why === undefined, why: cgroups.why },
  system: { postgresSocketDir: places.foldersOf(SYSTEM).socketDir, ...systemAddress },
})

const openBranches = async (host: Host, stored: readonly StoredSpec[], idleMs: number): Promise<Branches> => {
  const branches = new Branches({
    specs: host.specs,
    observe: host.observe,
    postgresVersion: host.runtime.version,
    idleMs,
    runtimeOf: (ref, onCrash) => localRuntime(ref, host, onCrash),
  })
  await branches.open(stored)
  return branches
}

const openOffsiteOf = async (
  config: SupervisorConfig,
  host: Host,
  branches: Branches,
  system: SystemDatabase,
): Promise<Offsite | undefined> => {
  const {
    PLINTH_BACKUP_S3_FILE: file,
    PLINTH_DATA: data,
    NODE_EXTRA_CA_CERTS: authorities,
    PATH: path,
  } = config
  if (file === undefined) return undefined
  return openOffsite({ file, data, authorities, path, host, branches, system })
}

/** Before anything is started: whether backups can go where they are to go. */
const checkBackupBucket = async (config: SupervisorConfig, host: Host): Promise<void> => {
  if (config.PLINTH_BACKUP_S3_FILE === undefined) return
  await readBackupBucket(config.PLINTH_BACKUP_S3_FILE)
  await findBackrest(host.runtime, config.PATH)
}

/** Resolves when the admin API answers: every known branch is adopted or at rest, the control database is up. */
export const startSupervisor = async (deps: SupervisorDeps): Promise<Supervisor> => {
  const { config, observe } = deps
  const { PLINTH_DATA: data, PLINTH_RUN: run } = config
  const places = await openPlaces(data, run)
  const unlock = await takeLock(join(data, 'supervisor.lock'))
  try {
    const host = await openHost(deps, places)
    await checkBackupBucket(config, host)
    const { runtime, uids, spares } = host
    const stored = await host.specs.list()
    await clearOrphans(host, config, stored)
    const secrets = await readSystemSecrets(config.PLINTH_SECRETS_FILE, host.key)
    const system = await openSystemDatabase({ runtime, places, uids, secrets, observe })
    const branches = await openBranches(host, stored, config.PLINTH_IDLE_SECONDS * 1000)
    const hasPooler = (await findPooler(runtime)) !== undefined
    const offsite = await openOffsiteOf(config, host, branches, system)
    const app = makeServer({ observe })
    await app.register(
      adminRoutes({
        branches,
        bans: new Bans(),
        places,
        databases: host.databases,
        system: system.backups,
        offsite,
        deleted: host.deleted,
        health: () => healthOf(host, hasPooler),
      }),
    )
    const socket = join(run, 'supervisor.sock')
    await listenOnSocket(app, socket, 0o600)
    observe({ level: 'info', event: 'supervisor.ready', fields: { branches: stored.length } })
    const templates = host.templates()
    templates.catch((error) => observe({ level: 'error', event: 'template.failed', error }))
    spares.refill()
    const keeper = tendBackups(branches, host)
    const logs = limitLogs(join(data, 'logs'), observe)

    return {
      stop: async () => {
        keeper.close()
        logs.close()
        await offsite?.endBackups()
        await Promise.all([closeServer(app, 3000), branches.close(), spares.close()])
        await (await templates.catch(() => undefined))?.close()
        await system.close()
        await offsite?.close()
        await rm(socket, { force: true })
        await unlock()
      },
    }
  } catch (error) {
    await unlock()
    throw error
  }
}
