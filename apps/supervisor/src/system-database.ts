// The control database's server: made at the first run, taken over or started at every other, and kept up.

import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import {
  type Archive,
  type Cluster,
  createSystemCluster,
  openArchive,
  type RunningSource,
  type Runtime,
  systemSource,
} from '@plinth/cluster'
import type { Observe } from '@plinth/contracts'
import type { SystemSecrets } from './config.ts'
import type { Places } from './places.ts'
import { type SystemBackups, tendSystem } from './system-backups.ts'
import type { Uids } from './uids.ts'

/** Its name among the clusters; no ref can be the same. */
export const SYSTEM = '_system'

const PAUSES_MS = [0, 250, 1000, 3000, 10_000] as const
const CALM_AFTER_MS = 60_000

export type SystemDeps = {
  readonly runtime: Runtime
  readonly places: Places
  readonly uids: Uids
  readonly secrets: SystemSecrets
  readonly observe: Observe
}

export type SystemDatabase = {
  readonly backups: SystemBackups
  /** How its superuser logs in. */
  readonly source: RunningSource
  readonly close: () => Promise<void>
}

const start = async ({ runtime, places, uids, secrets }: SystemDeps, archive: Archive): Promise<Cluster> => {
  const uid = uids.find(SYSTEM)
  await places.prepare(SYSTEM, uid)
  const { dataDir, socketDir, logs } = places.foldersOf(SYSTEM)
  return createSystemCluster({
    runtime,
    dataDir,
    socketDir,
    uid,
    gid: uid,
    logFile: join(logs, 'postgres.log'),
    adminPassword: secrets.systemAdminPassword,
    controlPassword: secrets.controlDatabasePassword,
    archive,
  })
}

/** Resolves when the control plane can log in; fails when the first start fails. */
export const openSystemDatabase = async (deps: SystemDeps): Promise<SystemDatabase> => {
  const { runtime, places, secrets, observe } = deps
  const uid = await deps.uids.ensure(SYSTEM)
  const { dataDir, socketDir, archive: folder } = places.foldersOf(SYSTEM)
  const archive = await openArchive({ folder, uid, gid: uid })
  let cluster = await start(deps, archive)
  const source = systemSource({ socketDir, adminPassword: secrets.systemAdminPassword })
  const backups = tendSystem({
    runtime,
    archive,
    dataDir,
    source,
    cluster: () => cluster,
    observe,
  })
  let startedAt = performance.now()
  let failures = 0
  const closing = new AbortController()

  const restart = async (): Promise<void> => {
    const pause = PAUSES_MS[Math.min(failures, PAUSES_MS.length - 1)]
    failures += 1
    await delay(pause, undefined, { signal: closing.signal }).catch(() => undefined)
    if (closing.signal.aborted) return
    try {
      cluster = await start(deps, archive)
      startedAt = performance.now()
    } catch (error) {
      deps.observe({ level: 'error', event: 'system_database.start_failed', error })
      await restart()
    }
  }
  const keepUp = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      await cluster.exited
      if (closing.signal.aborted) return
      deps.observe({ level: 'error', event: 'system_database.crashed' })
      if (performance.now() - startedAt > CALM_AFTER_MS) failures = 0
      await restart()
    }
  }
  const kept = keepUp()

  return {
    backups,
    source,
    close: async () => {
      closing.abort()
      await backups.close()
      await cluster.stop('fast')
      await kept
      // A restart that was under way has ended by now.
      await cluster.stop('fast')
    },
  }
}
