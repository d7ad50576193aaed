// Who goes where. Quick reads share a few connections, many on their way at once: the server and we then handle
// several with one wake-up, which halves what each costs (measured 2026-11). Everything else looks for a connection
// where nobody is, so that it delays nobody.

import { availableParallelism } from 'node:os'
import type { Connection } from './connection.ts'
import type { Turn } from './turn.ts'

export type Choice = {
  readonly connection: Connection | undefined
  /** Whether another connection would have been better. */
  readonly wantsAnother: boolean
}

/** Connections that quick reads share: two for each processor keep it busy. */
const sharedBy = 2 * availableParallelism()

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

/**
 * The least loaded of the first few that flow. One that does not is passed by: whoever is on it may take long. When
 * all of them are full, waiting for them is fairer than to spread over more processes than there are processors for.
 */
const chooseShared = (connections: Connections, { now, claimed }: Moment): Choice | undefined => {
  let best: Connection | undefined
  let flowing = 0
  for (const connection of connections) {
    if (!connection.isFlowing(now) || claimed.has(connection)) continue
    if (connection.hasRoom && (best === undefined || connection.load < best.load)) best = connection
    flowing += 1
    if (best?.load === 0 || flowing === sharedBy) break
  }
  const isComplete = flowing === sharedBy
  if (best === undefined && !isComplete) return undefined
  return { connection: best, wantsAnother: !isComplete && best !== undefined && best.load > 0 }
}

/**
 * Of equals the last: the first ones are those that quick reads share. Nobody is sent behind something slow: waiting
 * for any place may be given up, waiting on a connection may not.
 */
const chooseEmptiest = (connections: Connections, { now, claimed }: Moment): Choice => {
  let best: Connection | undefined
  for (const connection of connections) {
    if (!connection.hasRoom || connection.isStuck(now) || claimed.has(connection)) continue
    if (best === undefined || connection.load <= best.load) best = connection
  }
  return { connection: best, wantsAnother: best === undefined || best.load > 0 }
}
