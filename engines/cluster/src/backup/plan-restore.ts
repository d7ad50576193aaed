// From what an owner wants back to what Postgres is told: which backup to begin with, which timeline to follow,
// where to stop. Decides only; touches nothing.

import type { Settings } from '../settings.ts'
import type { Backup } from './backup-entry.ts'
import { backupErrors } from './errors.ts'
import type { Ledger } from './ledger.ts'
import { eraAt, isOn, lineageOf } from './timelines.ts'
import { type Lsn, lsnValue } from './wal-position.ts'

export type RestoreTarget =
  | { readonly restorePoint: string }
  /** ISO 8601. The last transaction that committed at or before this moment is the last one there. */
  | { readonly time: string }
  /** Id of a listed backup: the moment it ended. */
  | { readonly backup: string }

export type RestorePlan = {
  readonly backup: Backup
  readonly timeline: number
  /** Where recovery stops. */
  readonly stop: Settings
  /** Whether the end of the log is as good: then nothing was committed between it and the point. */
  readonly orAtEnd: boolean
}

type Known = { readonly ledger: Ledger; readonly backups: readonly Backup[]; readonly now: Date }

/** Newest backup before the point among those that lead to it. */
const newestBefore = (
  { ledger, backups }: Known,
  timeline: number,
  isBefore: (backup: Backup) => boolean,
): Backup => {
  const lineage = lineageOf(ledger.timelines, timeline)
  const found = backups.findLast(
    (backup) => isBefore(backup) && isOn(lineage, { timeline: backup.timeline, lsn: backup.endLsn }),
  )
  if (!found) throw backupErrors.tooEarly(backups[0]?.endedAt)
  return found
}

/** Postgres reads neither `T` nor `Z`. */
const timestamp = (moment: Date): string => moment.toISOString().replace('T', ' ').replace('Z', '+00')

const isUpTo = (backup: Backup, lsn: Lsn): boolean => lsnValue(backup.endLsn) <= lsnValue(lsn)

const planPoint = (known: Known, name: string): RestorePlan => {
  const point = known.ledger.points.find((candidate) => candidate.name === name)
  if (!point) throw backupErrors.pointNotFound(name)
  const backup = newestBefore(known, point.timeline, (candidate) => isUpTo(candidate, point.lsn))
  const stop = { recovery_target_name: point.mark }
  return { backup, timeline: point.timeline, stop, orAtEnd: false }
}

const planTime = (known: Known, text: string): RestorePlan => {
  const moment = new Date(text)
  if (Number.isNaN(moment.getTime())) throw backupErrors.badTime(text)
  if (moment > known.now) throw backupErrors.inFuture()
  // Before the first restore everything was on the timeline of the first backup.
  const timeline = eraAt(known.ledger.eras, moment)?.timeline ?? known.backups[0]?.timeline ?? 1
  const backup = newestBefore(known, timeline, ({ endedAt }) => new Date(endedAt) <= moment)
  return { backup, timeline, stop: { recovery_target_time: timestamp(moment) }, orAtEnd: true }
}

const planBackup = ({ backups }: Known, id: string): RestorePlan => {
  const backup = backups.find((candidate) => candidate.id === id)
  if (!backup) throw backupErrors.backupNotFound(id)
  return { backup, timeline: backup.timeline, stop: { recovery_target: 'immediate' }, orAtEnd: true }
}

/** Throws an error that says what is wrong with the wish. */
export const planRestore = (target: RestoreTarget, known: Known): RestorePlan => {
  if ('restorePoint' in target) return planPoint(known, target.restorePoint)
  if ('time' in target) return planTime(known, target.time)
  return planBackup(known, target.backup)
}
