// Whether the log in an archive is complete from a backup on.

import type { Archive } from './archive.ts'
import type { Ledger } from './ledger.ts'
import type { RestorePlan } from './plan-restore.ts'
import { type Lineage, lineageOf } from './timelines.ts'
import { parseSegment, segmentName, segmentOf } from './wal-position.ts'
import { listKept } from './wal-store.ts'

/** Timelines that may have written this segment: a new one begins within the segment where it left the old. */
const writersOf = (lineage: Lineage, segment: number, segmentBytes: number): number[] =>
  [...lineage]
    .filter(([, until]) => until === undefined || BigInt(segment) * BigInt(segmentBytes) <= until)
    .map(([timeline]) => timeline)

/** Name of the first segment that is missing between the backup and the newest one of the timeline. */
export const findHole = async (
  archive: Archive,
  plan: Pick<RestorePlan, 'backup' | 'timeline'>,
  ledger: Ledger,
): Promise<string | undefined> => {
  const { startLsn, segmentBytes } = plan.backup
  const names = await listKept(archive)
  const newest = [...names].flatMap((name) => parseSegment(name, segmentBytes) ?? [])
  const last = newest.filter(({ timeline }) => timeline === plan.timeline).map(({ number }) => number)
  const lineage = lineageOf(ledger.timelines, plan.timeline)
  for (let segment = segmentOf(startLsn, segmentBytes); segment <= Math.max(...last, 0); segment++) {
    const writers = writersOf(lineage, segment, segmentBytes)
    const isThere = writers.some((timeline) => names.has(segmentName(timeline, segment, segmentBytes)))
    if (!isThere) return segmentName(writers[0] ?? plan.timeline, segment, segmentBytes)
  }
  return undefined
}
