// The life of a stack process: a spare that belongs to nobody, then one branch's for the rest of its days.

import type { Server } from 'node:http'
import type { Observe } from '@plinth/contracts'
import { closeRawServer, listenOnSocket, type Outbound } from '@plinth/http'
import { type Assignment, makeAdmin } from './admin.ts'
import { becomeUser } from './become-user.ts'
import { type Front, makeFront } from './front.ts'
import { rehearse } from './rehearse.ts'
import { makeSwap, type Swap } from './swap.ts'

export type Program = {
  /** Finishes what is under way and lets go of everything. */
  readonly stop: () => Promise<void>
}

export type ProgramDeps = {
  readonly observe: Observe
  /** Carries requests to other services. */
  readonly outbound?: Outbound | undefined
  /** Nobody waits for it yet: it loads and warms everything before it says that it is there. */
  readonly isSpare?: boolean | undefined
}

type Settled = { readonly front: Front; readonly swap: Swap; readonly admin: Server }

const httpDeadlineMs = 8000
const adminDeadlineMs = 1000

/** Says which branch it is about, where the observation does not say so itself. */
const observeBranch =
  (observe: Observe, ref: string): Observe =>
  (seen) =>
    observe(seen.ref === undefined ? { ...seen, ref } : seen)

/** Waits at `spareSocket` for a first assignment; everything after it comes in at the place's own admin socket. */
export const startProgram = async (
  spareSocket: string,
  { observe, outbound, isSpare = false }: ProgramDeps,
): Promise<Program> => {
  let settled: Promise<Settled> | undefined
  let swap: Swap | undefined

  const settle = async ({ spec, place }: Assignment): Promise<Settled> => {
    becomeUser(place)
    const front = makeFront()
    await listenOnSocket(front.server, place.httpSocket)
    swap = makeSwap({ front, place, outbound, observe: observeBranch(observe, spec.ref) })
    const admin = makeAdmin(adminDeps)
    await listenOnSocket(admin, place.adminSocket)
    return { front, swap, admin }
  }

  const assign = async (assignment: Assignment): Promise<void> => {
    const isFirst = settled === undefined
    settled ??= settle(assignment)
    const own = await settled
    await own.swap.take(assignment.spec)
    // After this answer: the spare's socket has done its work.
    if (isFirst) setImmediate(() => void closeRawServer(spare, adminDeadlineMs))
  }

  const adminDeps = { assign, current: () => swap?.current(), observe }
  if (isSpare) await rehearse()
  const spare = makeAdmin(adminDeps)
  await listenOnSocket(spare, spareSocket)

  return {
    stop: async () => {
      swap?.giveUp()
      await closeRawServer(spare, adminDeadlineMs)
      if (settled === undefined) return
      const own = await settled
      await Promise.all([own.front.stop(httpDeadlineMs), closeRawServer(own.admin, adminDeadlineMs)])
      await own.swap.close()
    },
  }
}
