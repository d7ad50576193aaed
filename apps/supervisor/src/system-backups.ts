// Backups of the control database, by the same means as those of branches: its log as it is written, a base backup a
// day, seven days to go back to.

import {
  type Archive,
  type Backup,
  type Cluster,
  compactLog,
  isDayOver,
  isUnchangedSince,
  listBackups,
  type RunningSource,
  type Runtime,
  readSettings,
  restorableWindow,
  retain,
  takeBackup,
  tendLog,
} from '@plinth/cluster'
import type { Observe } from '@plinth/contracts'

export type SystemBackupsOptions = {
  readonly runtime: Runtime
  readonly archive: Archive
  readonly dataDir: string
  readonly source: RunningSource
  /** The server as it runs now. */
  readonly cluster: () => Cluster
  readonly observe: Observe
}

export type SystemBackups = {
  readonly backUp: (label: string) => Promise<Backup>
  readonly close: () => Promise<void>
}

const EVERY_MS = 300_000
const FIRST_MS = 30_000
const LOG_EVERY_MS = 10_000
const KEEP_DAYS = 7
const LONGEST_LOG_BYTES = 512 * 2 ** 20

export const tendSystem = (options: SystemBackupsOptions): SystemBackups => {
  const { runtime, archive, dataDir, source, observe } = options
  const closing = new AbortController()
  let turn: Promise<unknown> = Promise.resolve()

  const take = async (label: string): Promise<Backup> => {
    const { signal } = closing
    const backup = await takeBackup({ runtime, archive, dataDir, running: source, label, signal })
    await retain(archive, { days: KEEP_DAYS })
    return backup
  }
  const backUp = (label: string): Promise<Backup> => {
    const mine = turn.catch(() => undefined).then(() => take(label))
    turn = mine.catch(() => undefined)
    return mine
  }
  const isDue = async (): Promise<boolean> => {
    const [backups, window] = [await listBackups(archive), await restorableWindow(archive)]
    const newest = backups.at(-1)
    if (!newest || !window.isContinuous) return true
    return isDayOver(backups, new Date()) && !(await isUnchangedSince(newest, dataDir))
  }
  const tend = async (): Promise<void> => {
    try {
      await compactLog({ archive, observe, olderThanMs: 600_000 })
      if (await isDue()) await backUp('scheduled')
    } catch (error) {
      if (!closing.signal.aborted) observe({ level: 'warn', event: 'system_backup.failed', error })
    }
  }
  const tendItsLog = async (): Promise<void> => {
    const { pid } = options.cluster()
    const settings = await readSettings(dataDir)
    await tendLog({ archive, dataDir, pid, settings, limitBytes: LONGEST_LOG_BYTES, observe })
  }
  const timers = [
    setTimeout(() => void tend(), FIRST_MS),
    setInterval(() => void tend(), EVERY_MS),
    setInterval(
      () =>
        void tendItsLog().catch((error) => observe({ level: 'warn', event: 'archive.tend_failed', error })),
      LOG_EVERY_MS,
    ),
  ]
  return {
    backUp,
    close: async () => {
      for (const timer of timers) clearInterval(timer)
      closing.abort()
      await turn
    },
  }
}
