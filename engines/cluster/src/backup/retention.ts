// What of an archive is not needed any more: decided as a whole, from the list alone, then removed.

import type { Archive } from './archive.ts'
import { type Backup, listBackups, removeBackup } from './backup-entry.ts'
import { findLeading, type Known, timelineAtFirst } from './leading.ts'
import { readLedger, writeLedger } from './ledger.ts'
import { parseSegment, segmentOf } from './wal-position.ts'
import { listKept, removeKept } from './wal-store.ts'

export type Retention = {
  /** Every moment of so many days can be restored. */
  readonly days: number
}

export type RetentionPlan = {
  readonly keep: readonly Backup[]
  readonly remove: readonly Backup[]
}

const DAY_MS = 86_400_000

/** A clock that is ahead by less is no clock that was set. */
const AHEAD_MS = 3_600_000

/** Whether a day has passed since the last one. Those of the future were made before somebody set the clock right. */
export const isDayOver = (backups: readonly Backup[], now: Date): boolean => {
  const last = backups.findLast(({ endedAt }) => Date.parse(endedAt) <= now.getTime() + AHEAD_MS)
  return last === undefined || now.getTime() - Date.parse(last.endedAt) > DAY_MS
}

/** What leads to the first moment of each era since then: the newest before it may lie on a timeline that was left. */
const leadingTo = (known: Known, from: number): ReadonlySet<Backup> => {
  const { backups, ledger } = known
  const first = { timeline: timelineAtFirst(backups), from: new Date(0).toISOString() }
  const eras = [first, ...ledger.eras].filter((_, at) => {
    const next = ledger.eras[at]
    return next === undefined || Date.parse(next.from) > from
  })
  const leading = eras.map((era) => {
    const begin = Math.max(from, Date.parse(era.from))
    return findLeading(known, era.timeline, ({ endedAt }) => Date.parse(endedAt) <= begin)
  })
  return new Set(leading.filter((backup) => backup !== undefined))
}

/** Keeps what the window needs: all backups in it, and those that lead to its moments. The newest of all always stays. */
export const planRetention = (known: Known, { days }: Retention, now: Date): RetentionPlan => {
  const { backups } = known
  const from = now.getTime() - days * DAY_MS
  const needed = leadingTo(known, from)
  const keep = backups.filter(
    (backup) => Date.parse(backup.endedAt) > from || needed.has(backup) || backup === backups.at(-1),
  )
  return { keep, remove: backups.filter((backup) => !keep.includes(backup)) }
}

/**
 * The moment that the window is reckoned from. A clock that was set forward takes nothing away before a second backup was
 * made by it: there is a day to set it right.
 */
export const retentionNow = (backups: readonly Backup[], now: Date): Date => {
  const ends = backups.map(({ endedAt }) => Date.parse(endedAt)).filter((end) => end <= now.getTime())
  const before = ends.toSorted((a, b) => a - b).at(-2)
  return before === undefined ? now : new Date(Math.min(now.getTime(), before + DAY_MS))
}

/** Segments before all of these backups: none of them can ask for one. */
const segmentsBefore = (names: Iterable<string>, keep: readonly Backup[]): string[] => {
  const [any] = keep
  if (!any) return []
  const { segmentBytes } = any
  const first = Math.min(...keep.map(({ startLsn }) => segmentOf(startLsn, segmentBytes)))
  return [...names].filter((name) => {
    // `.partial` and `.backup` files are named after a segment too; histories of timelines are none.
    const segment = parseSegment(name.slice(0, 24), segmentBytes)
    return segment !== undefined && segment.number < first
  })
}

/** Applies the policy. Not while a restore reads the archive. */
export const retain = async (archive: Archive, policy: Retention): Promise<RetentionPlan> => {
  const [backups, ledger] = await Promise.all([listBackups(archive), readLedger(archive)])
  const plan = planRetention({ backups, ledger }, policy, retentionNow(backups, new Date()))
  for (const { id } of plan.remove) await removeBackup(archive, id)
  const [oldest] = plan.keep
  if (!oldest) return plan
  await removeKept(archive, segmentsBefore(await listKept(archive), plan.keep))
  const points = ledger.points.filter((point) => new Date(point.at) >= new Date(oldest.endedAt))
  if (points.length < ledger.points.length) await writeLedger(archive, { ...ledger, points })
  return plan
}
