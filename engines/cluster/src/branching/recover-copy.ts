// A copy of a running database agrees with itself only after its log was replayed. Postgres does that at the first
// start, but does not take it up again when it is killed in the middle: so it happens before the copy is in place.

import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { makeAsideSocketDir, startAside } from '../aside-server.ts'
import type { Owner } from '../backup/archive.ts'
import type { Runtime } from '../runtime.ts'
import type { Settings } from '../settings.ts'

export type RecoverCopyOptions = {
  readonly runtime: Runtime
  /** A data directory with a backup label and the log that belongs to it; all of it belongs to `owner`. */
  readonly dataDir: string
  readonly owner: Owner
  /** Those of the server that will run on it. */
  readonly settings: Settings
  readonly signal?: AbortSignal | undefined
}

/** Whoever makes the copy syncs all of it afterwards; without libraries no job of the source begins here. */
const forOnce: Settings = { fsync: 'off', shared_preload_libraries: '', autovacuum: 'off' }

/** Resolves when the directory is at rest, as after a stop in order. No client can reach it meanwhile. */
export const recoverCopy = async (options: RecoverCopyOptions): Promise<void> => {
  const { runtime, dataDir, signal } = options
  const { uid, gid } = options.owner
  const settings = { ...options.settings, ...forOnce }
  const socketDir = await makeAsideSocketDir(dataDir, { uid, gid })
  const logFile = `${dataDir}.log`
  try {
    const place = { dataDir, socketDir, uid, gid }
    const server = await startAside({ ...place, runtime, settings, logFile, signal })
    await server.stop()
    await rm(join(dataDir, 'plinth.conf'), { force: true })
  } finally {
    await rm(socketDir, { recursive: true, force: true })
    await rm(logFile, { force: true })
  }
}
