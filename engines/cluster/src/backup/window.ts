// From when to when a database can be taken back.

import type { Archive } from './archive.ts'
import { type Backup, listBackups } from './backup-entry.ts'
import { findHole } from './find-hole.ts'
import { findLeading } from './leading.ts'
import { type Ledger, readLedger } from './ledger.ts'

export type Window = {
  /** Absent while there is no backup. */
  readonly earliest?: string
  readonly latest: string
  /** Whether a backup leads to the present: when a piece of the log was lost, it takes a new one. */
  readonly isContinuous: boolean
}

const findNow = (ledger: Ledger, backups: readonly Backup[]): number =>
  ledger.eras.at(-1)?.timeline ?? backups.at(-1)?.timeline ?? 1

/** Any moment in the window can be restored; up to now, since a restore begins by keeping the log to its end. */
export const restorableWindow = async (archive: Archive): Promise<Window> => {
  const [ledger, backups] = await Promise.all([readLedger(archive), listBackups(archive)])
  const latest = new Date().toISOString()
  const begunAnew = ledger.holes.at(-1) ?? ''
  const isLinked = async (backup: Backup, timeline: number): Promise<boolean> =>
    backup.endedAt > begunAnew && (await findHole(archive, { backup, timeline }, ledger)) === undefined
  let earliest: string | undefined
  for (const backup of backups.toReversed()) {
    if (!(await isLinked(backup, backup.timeline))) break
    earliest = backup.endedAt
  }
  const now = findNow(ledger, backups)
  const leading = findLeading({ backups, ledger }, now)
  const isContinuous = leading !== undefined && (await isLinked(leading, now))
  return earliest === undefined ? { latest, isContinuous } : { earliest, latest, isContinuous }
}
