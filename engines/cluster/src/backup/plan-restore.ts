// From what an owner wants back to what Postgres is told: which backup to begin with, which timeline to follow,
// where to stop. Decides only; touches nothing.

import type { Settings } from '../settings.ts'
import type { Backup } from './backup-entry.ts'
import { backupErrors } from './errors.ts'
import { findLeading, type Known, timelineAtFirst } from './leading.ts'
import { eraAt } from './timelines.ts'
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

type KnownNow = Known & { readonly now: Date }

/** Newest backup before the point among those that lead to it. */
const newestBefore = (known: Known, timeline: number, isBefore: (backup: Backup) => boolean): Backup => {
  const found = findLeading(known, timeline, isBefore)
  if (!found) throw backupErrors.tooEarly(known.backups[0]?.endedAt)
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

const planTime = (known: KnownNow, text: string): RestorePlan => {
  const moment = new Date(text)
  if (Number.isNaN(moment.getTime())) throw backupErrors.badTime(text)
  if (moment > known.now) throw backupErrors.inFuture()
  const timeline = eraAt(known.ledger.eras, moment)?.timeline ?? timelineAtFirst(known.backups)
  const backup = newestBefore(known, timeline, ({ endedAt }) => new Date(endedAt) <= moment)
  return { backup, timeline, stop: { recovery_target_time: timestamp(moment) }, orAtEnd: true }
}

const planBackup = ({ backups }: Known, id: string): RestorePlan => {
  const backup = backups.find((candidate) => candidate.id === id)
  if (!backup) throw backupErrors.backupNotFound(id)
  return { backup, timeline: backup.timeline, stop: { recovery_target: 'immediate' }, orAtEnd: true }
}

/** Throws an error that says what is wrong with the wish. */
export const planRestore = (target: RestoreTarget, known: KnownNow): RestorePlan => {
  if ('restorePoint' in target) return planPoint(known, target.restorePoint)
  if ('time' in target) return planTime(known, target.time)
  return planBackup(known, target.backup)
}
