// Who goes where. Quick reads share a few connections, many on their way at once: the server and we then handle
// several with one wake-up, which halves what each costs (measured 2026-11). Everything else looks for a connection
// where nobody is, so that it delays nobody.

import type { Connection } from './connection.ts'
import type { Turn } from './turn.ts'

export type Choice = {
  readonly connection: Connection | undefined
  /** Whether another connection would have been better. */
  readonly wantsAnother: boolean
}

/** Connections that quick reads share: enough to keep two processors busy. */
const sharedBy = 4

type Connections = ReadonlySet<Connection>

export type Moment = {
  readonly now: number
  /** Kept for others. */
  readonly claimed: Connections
  /** Whether another connection can be had. */
  readonly canGrow: boolean
}

export const chooseConnection = (connections: Connections, turn: Turn, moment: Moment): Choice => {
  if (!turn.isQuick) return chooseEmptiest(connections, moment)
  const shared = chooseShared(connections, moment)
  if (shared !== undefined) return shared
  // Opening one takes some milliseconds, which is less than nobody knows how long.
  return moment.canGrow ? { connection: undefined, wantsAnother: true } : chooseEmptiest(connections, moment)
}

/** The least loaded of the first few that flow. One that does not is passed by: whoever is on it may take long. */
const chooseShared = (connections: Connections, { now, claimed }: Moment): Choice | undefined => {
  let best: Connection | undefined
  let flowing = 0
  for (const connection of connections) {
    if (!connection.hasRoom || !connection.isFlowing(now) || claimed.has(connection)) continue
    if (best === undefined || connection.load < best.load) best = connection
    flowing += 1
    if (best.load === 0 || flowing === sharedBy) break
  }
  return best && { connection: best, wantsAnother: best.load > 0 && flowing < sharedBy }
}

/** Of equals the last: the first ones are those that quick reads share. */
const chooseEmptiest = (connections: Connections, { claimed }: Moment): Choice => {
  let best: Connection | undefined
  for (const connection of connections) {
    if (!connection.hasRoom || claimed.has(connection)) continue
    if (best === undefined || connection.load <= best.load) best = connection
  }
  return { connection: best, wantsAnother: best === undefined || best.load > 0 }
}
