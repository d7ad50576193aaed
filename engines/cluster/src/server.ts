// A running Postgres server: started as a process that outlives us, or taken over from an earlier run.

import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { adopt, type ProcessExit, type RunningProcess, startProcess } from '@plinth/process'
import { clusterErrors } from './errors.ts'
import { writeOwnFile } from './own-file.ts'
import { clearLeftovers, commandOf, findServer, isServerReady } from './pid-file.ts'
import type { Runtime } from './runtime.ts'
import { renderSettings, type Settings } from './settings.ts'
import { endOf, explainStart } from './start-failure.ts'

export type StartClusterOptions = {
  readonly runtime: Runtime
  readonly dataDir: string
  /** Exists already, mode 0700, owned by `uid`. */
  readonly socketDir: string
  readonly uid?: number | undefined
  readonly gid?: number | undefined
  readonly settings: Settings
  readonly logFile: string
  /** It recovers, which may take long: nobody waits for the millisecond. */
  readonly isRecovery?: boolean
}

/** `fast` ends sessions and writes everything down; `immediate` is a crash on purpose. */
export type StopMode = 'fast' | 'immediate'

export type Cluster = {
  readonly pid: number
  /** Resolves when clients can log in; fails with the reason when the server gives up. */
  readonly ready: Promise<void>
  readonly exited: Promise<ProcessExit>
  /** A server that does not stop in time is stopped harder. */
  readonly stop: (mode?: StopMode) => Promise<void>
}

/** Recovery on a slow disk takes minutes, and whoever stops it makes the next one begin anew. */
const READY_WITHIN_S = 1800
const RECOVERED_WITHIN_S = 24 * 3600
const FAST_GRACE_MS = 15_000
const IMMEDIATE_GRACE_MS = 5_000

type Waiting = {
  readonly dataDir: string
  readonly pid: number
  readonly exited: Promise<unknown>
  /** Why it ended. */
  readonly failed: () => Promise<Error>
  readonly isRecovery?: boolean | undefined
}

const waitUntilReady = async ({ dataDir, pid, exited, failed, isRecovery = false }: Waiting) => {
  const patienceS = isRecovery ? RECOVERED_WITHIN_S : READY_WITHIN_S
  const lookEveryMs = isRecovery ? 20 : 2

  let gone = false
  void exited.then(() => {
    gone = true
  })
  const giveUpAt = performance.now() + patienceS * 1000
  while (!(await isServerReady(dataDir, pid))) {
    if (gone) throw await failed()
    if (performance.now() > giveUpAt) throw clusterErrors.startTimedOut(patienceS)
    await delay(lookEveryMs)
  }
}

const signalOf = { fast: 'SIGINT', immediate: 'SIGQUIT' } as const

const stopServer = async (server: RunningProcess, mode: StopMode): Promise<void> => {
  if (mode === 'fast') {
    send(server.pid, signalOf.fast)
    const patience = new AbortController()
    const late = delay(FAST_GRACE_MS, 'late', { signal: patience.signal }).catch(() => undefined)
    const first = await Promise.race([server.exited, late])
    patience.abort()
    if (first !== 'late') return
  }
  await server.stop({ signal: signalOf.immediate, graceMs: IMMEDIATE_GRACE_MS })
}

const send = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal)
  } catch {
    // It is gone already, which is what we want.
  }
}

const asCluster = (server: RunningProcess, ready: Promise<void>): Cluster => {
  // Whoever does not wait for readiness learns of a failure from `exited`.
  ready.catch(() => undefined)
  return { pid: server.pid, ready, exited: server.exited, stop: (mode = 'fast') => stopServer(server, mode) }
}

const environmentOf = ({ binDir }: Runtime) => ({
  PATH: '/usr/bin:/bin',
  LC_ALL: 'C.UTF-8',
  // Backends make themselves the first victims when memory runs out, not the server.
  PG_OOM_ADJUST_FILE: '/proc/self/oom_score_adj',
  PG_OOM_ADJUST_VALUE: '200',
  // PostGIS looks for its projections where its package would have put them.
  PROJ_DATA: resolve(binDir, '../../../../share/proj'),
})

/** Starts the server; a crash before leaves nothing in the way. Resolves before it is ready. */
export const startCluster = async (options: StartClusterOptions): Promise<Cluster> => {
  const { runtime, dataDir, socketDir, settings, logFile, uid, gid } = options
  const running = await findServer(dataDir)
  if (running !== undefined) throw clusterErrors.alreadyRunning(running)
  await clearLeftovers(dataDir, socketDir)
  await writeOwnFile(join(dataDir, 'plinth.conf'), renderSettings(settings))
  const logStart = await endOf(logFile)
  const server = await startProcess({
    command: join(runtime.binDir, 'postgres'),
    args: ['-D', dataDir],
    env: environmentOf(runtime),
    uid,
    gid,
    logFile,
    detached: true,
  })
  const failed = () => explainStart(logFile, logStart)
  const { pid, exited } = server
  return asCluster(server, waitUntilReady({ dataDir, pid, exited, failed, isRecovery: options.isRecovery }))
}

/** The server that runs on `dataDir`, if there is one: an earlier run of the platform started it. */
export const adoptCluster = async ({
  dataDir,
}: {
  readonly dataDir: string
}): Promise<Cluster | undefined> => {
  const found = await findServer(dataDir)
  const server = found === undefined ? undefined : adopt(found, { command: commandOf(dataDir) })
  if (!server) return undefined
  const failed = async () => clusterErrors.startFailed('it stopped while it was starting')
  const { pid, exited } = server
  return asCluster(server, waitUntilReady({ dataDir, pid, exited, failed }))
}
