// Which backup a replay of the log begins with.

import type { Backup } from './backup-entry.ts'
import type { Ledger } from './ledger.ts'
import { isOn, lineageOf } from './timelines.ts'

export type Known = { readonly backups: readonly Backup[]; readonly ledger: Ledger }

/** Before the first restore everything was on the timeline of the first backup. */
export const timelineAtFirst = (backups: readonly Backup[]): number => backups[0]?.timeline ?? 1

/** Newest backup that leads to this timeline, among those that may: later ones may lie on a timeline that was left. */
export const findLeading = (
  { backups, ledger }: Known,
  timeline: number,
  may: (backup: Backup) => boolean = () => true,
): Backup | undefined => {
  const lineage = lineageOf(ledger.timelines, timeline)
  return backups.findLast(
    (backup) => may(backup) && isOn(lineage, { timeline: backup.timeline, lsn: backup.endLsn }),
  )
}
