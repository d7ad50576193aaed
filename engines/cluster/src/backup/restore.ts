// Takes a stopped database back to a point. Until the new data directory is complete the old one stays where it
// is: a restore that fails has changed nothing.

import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { clusterErrors } from '../errors.ts'
import { findServer } from '../pid-file.ts'
import type { Runtime } from '../runtime.ts'
import type { Secrets } from '../secrets.ts'
import type { Settings } from '../settings.ts'
import { syncTree } from '../tree.ts'
import type { Archive } from './archive.ts'
import { dataOf, listBackups } from './backup-entry.ts'
import type { Progress } from './copy-data-dir.ts'
import { readLedger, writeLedger } from './ledger.ts'
import { planRestore, type RestoreTarget } from './plan-restore.ts'
import { clearRecovery, recover } from './recover.ts'
import {
  closeJournal,
  findRestore,
  foldersIn,
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

const prepare = async (options: RestoreOptions): Promise<Timeline> => {
  const { archive, home, dataDir, target } = options
  const { fresh } = foldersIn(home)
  await clearRecovery(fresh)
  await keepAll(archive, dataDir)
  const [ledger, backups] = await Promise.all([readLedger(archive), listBackups(archive)])
  const plan = planRestore(target, { ledger, backups, now: new Date() })
  await ensureSpace(dataOf(archive, plan.backup), home)
  const timeline = await recover({ ...options, ledger, plan, dataDir: fresh })
  await syncTree(fresh)
  return timeline
}

/** Restore points that the new timeline does not come by are gone. Repeated, it changes nothing. */
const noteEra = async (archive: Archive, timeline: Timeline): Promise<void> => {
  const ledger = await readLedger(archive)
  if (ledger.timelines.some(({ id }) => id === timeline.id)) return
  const timelines = [...ledger.timelines, timeline]
  const lineage = lineageOf(timelines, timeline.id)
  await writeLedger(archive, {
    timelines,
    eras: [...ledger.eras, { timeline: timeline.id, from: new Date().toISOString() }],
    points: ledger.points.filter((point) => isOn(lineage, point)),
  })
}

const finish = async ({ archive, home, dataDir }: RestoreOptions, timeline: Timeline): Promise<void> => {
  await swapIn(home, dataDir)
  await noteEra(archive, timeline)
  await closeJournal(home)
}

const begin = async (options: RestoreOptions): Promise<RestoreJournal> => {
  const found = await findRestore(options.home)
  if (found) return found
  const journal = { target: options.target, at: new Date().toISOString(), status: 'recovering' } as const
  await mkdir(dirname(options.logFile), { recursive: true })
  await writeJournal(options.home, journal)
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
    const timeline = journal.timeline ?? (await prepare({ ...options, target: journal.target }))
    if (status === 'recovering') {
      await writeJournal(home, { ...journal, status: 'swapping', timeline })
      move('recovered')
    }
    await finish(options, timeline)
    move('swapped')
  } catch (error) {
    if (status === 'recovering') {
      await clearRecovery(foldersIn(home).fresh)
      await closeJournal(home)
      move('failed')
    }
    throw error
  }
}
