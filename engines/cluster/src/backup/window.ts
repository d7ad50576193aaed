// From when to when a database can be taken back.

import type { Archive } from './archive.ts'
import { listBackups } from './backup-entry.ts'
import { findHole } from './find-hole.ts'
import { readLedger } from './ledger.ts'

export type Window = {
  /** Absent while there is no backup. */
  readonly earliest?: string
  readonly latest: string
  /** Whether the newest backup leads to the present: when a piece of the log was lost, it takes a new one. */
  readonly isContinuous: boolean
}

/** Any moment in the window can be restored; up to now, since a restore begins by keeping the log to its end. */
export const restorableWindow = async (archive: Archive): Promise<Window> => {
  const [ledger, backups] = await Promise.all([readLedger(archive), listBackups(archive)])
  const latest = new Date().toISOString()
  const timeline = ledger.eras.at(-1)?.timeline ?? backups.at(-1)?.timeline ?? 1
  const hole = ledger.holes.at(-1)
  let earliest: string | undefined
  for (const backup of backups.toReversed()) {
    if (hole !== undefined && backup.endedAt <= hole) break
    if (await findHole(archive, { backup, timeline: backup.timeline }, ledger)) break
    earliest = backup.endedAt
  }
  const isContinuous = earliest !== undefined && backups.at(-1)?.timeline === timeline
  return earliest === undefined ? { latest, isContinuous } : { earliest, latest, isContinuous }
}
