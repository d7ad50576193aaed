// Whether the log in an archive is complete from a backup on.

import type { Archive } from './archive.ts'
import type { Ledger } from './ledger.ts'
import type { RestorePlan } from './plan-restore.ts'
import { type Lineage, lineageOf } from './timelines.ts'
import { type Lsn, parseSegment, segmentName, segmentOf } from './wal-position.ts'
import { listKept } from './wal-store.ts'

/** Timelines that may have written this segment: a new one begins within the segment where it left the old. */
const writersOf = (lineage: Lineage, segment: number, segmentBytes: number): number[] =>
  [...lineage]
    .filter(([, until]) => until === undefined || BigInt(segment) * BigInt(segmentBytes) <= until)
    .map(([timeline]) => timeline)

/** Number of the newest segment that was kept of a timeline. */
const newestOf = (names: ReadonlySet<string>, timeline: number, segmentBytes: number): number => {
  const kept = [...names].flatMap((name) => parseSegment(name, segmentBytes) ?? [])
  return Math.max(0, ...kept.filter((one) => one.timeline === timeline).map(({ number }) => number))
}

/**
 * Name of the segment that a replay to the end of the log could not read to its end, though there is more behind it. It
 * ended at `until`; a crash may have cut off what was begun in one segment at the beginning of the next.
 */
export const findUnread = async (
  archive: Archive,
  { backup: { segmentBytes }, timeline }: Pick<RestorePlan, 'backup' | 'timeline'>,
  until: Lsn,
): Promise<string | undefined> => {
  const last = segmentOf(until, segmentBytes)
  const newest = newestOf(await listKept(archive), timeline, segmentBytes)
  return last + 1 < newest ? segmentName(timeline, last, segmentBytes) : undefined
}

/** Name of the first segment that is missing between the backup and the newest one of the timeline. */
export const findHole = async (
  archive: Archive,
  plan: Pick<RestorePlan, 'backup' | 'timeline'>,
  ledger: Ledger,
): Promise<string | undefined> => {
  const { startLsn, segmentBytes } = plan.backup
  const names = await listKept(archive)
  const newest = newestOf(names, plan.timeline, segmentBytes)
  const lineage = lineageOf(ledger.timelines, plan.timeline)
  for (let segment = segmentOf(startLsn, segmentBytes); segment <= newest; segment++) {
    const writers = writersOf(lineage, segment, segmentBytes)
    const isThere = writers.some((timeline) => names.has(segmentName(timeline, segment, segmentBytes)))
    if (!isThere) return segmentName(writers[0] ?? plan.timeline, segment, segmentBytes)
  }
  return undefined
}
