// Every restore begins a new timeline of the log. Which one was in use when, and what came before what.

import { type Lsn, lsnValue } from './wal-position.ts'

export type Timeline = {
  readonly id: number
  /** Where it left the one before; the first has none. */
  readonly parent?: { readonly id: number; readonly until: Lsn }
}

/** From this moment on the database was on this timeline, until the next era. */
export type Era = { readonly timeline: number; readonly from: string }

/** How far each timeline counts that leads to one of them; the last one has no end. */
export type Lineage = ReadonlyMap<number, bigint | undefined>

export const lineageOf = (timelines: readonly Timeline[], id: number): Lineage => {
  const lineage = new Map<number, bigint | undefined>([[id, undefined]])
  let parent = timelines.find((timeline) => timeline.id === id)?.parent
  while (parent && !lineage.has(parent.id)) {
    lineage.set(parent.id, lsnValue(parent.until))
    const above = parent.id
    parent = timelines.find((timeline) => timeline.id === above)?.parent
  }
  return lineage
}

/** Whether whoever follows `lineage` comes by this position. */
export const isOn = (lineage: Lineage, at: { readonly timeline: number; readonly lsn: Lsn }): boolean => {
  if (!lineage.has(at.timeline)) return false
  const until = lineage.get(at.timeline)
  return until === undefined || lsnValue(at.lsn) <= until
}

/** The era that a moment falls into; none before the first restore. */
export const eraAt = (eras: readonly Era[], moment: Date): Era | undefined =>
  eras.findLast((era) => new Date(era.from) <= moment)
