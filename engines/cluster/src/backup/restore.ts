// Takes a stopped database back to a point. Until the new data directory is complete the old one stays where it
// is: a restore that fails has changed nothing.

import { randomBytes } from 'node:crypto'
import { mkdir, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { clearAside } from '../aside-server.ts'
import { clusterErrors } from '../errors.ts'
import { findServer } from '../pid-file.ts'
import type { Runtime } from '../runtime.ts'
import type { Secrets } from '../secrets.ts'
import type { Settings } from '../settings.ts'
import { syncTree } from '../tree.ts'
import type { Archive } from './archive.ts'
import { dataOf } from './backup-entry.ts'
import type { Progress } from './copy-data-dir.ts'
import { readLedger, writeLedger } from './ledger.ts'
import { planRestore, type RestoreTarget } from './plan-restore.ts'
import { recoverFromGood } from './recover-from-good.ts'
import {
  closeJournal,
  FRESH,
  findRestore,
  type RestoreJournal,
  swapIn,
  writeJournal,
} from './restore-journal.ts'
import { type RestoreEvent, type RestoreStatus, restoreStatus } from './restore-status.ts'
import { ensureSpace } from './take-backup.ts'
import { isOn, lineageOf, type Timeline } from './timelines.ts'
import { keepAll } from './wal-store.ts'

export type RestoreOptions = {
  readonly runtime: Runtime
  readonly archive: Archive
  /** Folder around the data directory, on the same file system, that only the platform may write. */
  readonly home: string
  /** Its server must have been stopped. */
  readonly dataDir: string
  readonly target: RestoreTarget
  readonly settings: Settings
  readonly secrets: Secrets
  readonly logFile: string
  readonly onProgress?: Progress | undefined
  readonly onStatus?: ((status: RestoreStatus) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

const prepare = async (options: RestoreOptions, fresh: string): Promise<Timeline> => {
  const { archive, home, dataDir, target } = options
  await keepAll(archive, dataDir)
  const timeline = await recoverFromGood({ ...options, dataDir: fresh }, async (known) => {
    const plan = planRestore(target, known)
    await ensureSpace(dataOf(archive, plan.backup), home)
    return plan
  })
  await syncTree(fresh)
  return timeline
}

/** Restore points that the new timeline does not come by are gone. Repeated, it changes nothing. */
export const noteEra = async (archive: Archive, timeline: Timeline): Promise<void> => {
  const ledger = await readLedger(archive)
  if (ledger.timelines.some(({ id }) => id === timeline.id)) return
  const timelines = [...ledger.timelines, timeline]
  const lineage = lineageOf(timelines, timeline.id)
  await writeLedger(archive, {
    ...ledger,
    timelines,
    eras: [...ledger.eras, { timeline: timeline.id, from: new Date().toISOString() }],
    points: ledger.points.filter((point) => isOn(lineage, point)),
  })
}

const finish = async (options: RestoreOptions, fresh: string, timeline: Timeline): Promise<void> => {
  const { archive, home, dataDir } = options
  await swapIn(home, dataDir, fresh)
  await noteEra(archive, timeline)
  await closeJournal(home)
}

/** What attempts before have left: a server that still recovers, half a copy. */
const clearAttempts = async (home: string): Promise<void> => {
  for (const name of await readdir(home)) if (name.startsWith(FRESH)) await clearAside(join(home, name))
}

/**
 * Every attempt has a folder of its own: a copying program of the one before, which was killed with it or was not,
 * must not write into ours.
 */
const begin = async ({ home, target, logFile }: RestoreOptions): Promise<RestoreJournal> => {
  const found = await findRestore(home)
  if (found?.status === 'swapping') return found
  await clearAttempts(home)
  const fresh = `${FRESH}${randomBytes(4).toString('hex')}`
  const journal = { target: found?.target ?? target, status: 'recovering', fresh } as const
  await mkdir(dirname(logFile), { recursive: true })
  await writeJournal(home, journal)
  return journal
}

/**
 * Resolves when the restored directory is in place, ready to be started. Called again after a crash it goes on;
 * the target is then the one of the restore that was interrupted.
 */
export const restore = async (options: RestoreOptions): Promise<void> => {
  const { home, dataDir, onStatus } = options
  const running = await findServer(dataDir)
  if (running !== undefined) throw clusterErrors.alreadyRunning(running)
  const journal = await begin(options)
  let status: RestoreStatus = journal.status
  const move = (event: RestoreEvent): void => {
    status = restoreStatus.after(status, event) ?? status
    onStatus?.(status)
  }
  onStatus?.(status)
  try {
    const fresh = join(home, journal.fresh)
    const timeline = journal.timeline ?? (await prepare({ ...options, target: journal.target }, fresh))
    if (status === 'recovering') {
      await writeJournal(home, { ...journal, status: 'swapping', timeline })
      move('recovered')
    }
    await finish(options, fresh, timeline)
    move('swapped')
  } catch (error) {
    if (status === 'recovering') {
      await clearAttempts(home)
      await closeJournal(home)
      move('failed')
    }
    throw error
  }
}
