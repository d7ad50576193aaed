// POST /branches/{ref}/wake: answers when the branch serves, with where it does; or, to those who want to know sooner,
// that it does not yet.

import { setTimeout as delay } from 'node:timers/promises'
import { type BranchAddress, type StillWaking, WakeWish } from '@plinth/contracts'
import type { ServicePlugin } from '@plinth/http'
import type { Branches } from '../branches.ts'
import { errors } from '../errors.ts'
import type { Places } from '../places.ts'
import { parseRef } from './parse-ref.ts'

const parseWish = (body: unknown): WakeWish => {
  const wish = WakeWish.safeParse(body)
  if (!wish.success)
    throw errors.badRequest(
      'The body of a wake is {"part", "hold": {"id", "seconds"}, "answerWithin"}, each if need be, or nothing.',
    )
  return wish.data
}

/** Whether it settles in time; what it settles to is told by itself. */
const isOver = async (work: Promise<void>, seconds: number): Promise<boolean> => {
  const leaving = new AbortController()
  const over = work.then(
    () => true,
    () => true,
  )
  const late = delay(seconds * 1000, false, { signal: leaving.signal, ref: false }).catch(() => false)
  return Promise.race([over, late]).finally(() => leaving.abort())
}

export const wakeBranch =
  (branches: Branches, places: Places): ServicePlugin =>
  async (app) => {
    app.post('/branches/:ref/wake', async (request, reply): Promise<BranchAddress | StillWaking> => {
      const branch = branches.get(parseRef(request.params))
      const { hold, part, answerWithin } = parseWish(request.body ?? {})
      if (hold) branch.traffic.hold(hold.id, hold.seconds * 1000)
      const serves = branch.wake(part)
      if (answerWithin !== undefined && !(await isOver(serves, answerWithin))) {
        // Told to whoever asks next.
        serves.catch(() => undefined)
        reply.code(202)
        return { inLine: branches.isInLine(branch) }
      }
      await serves
      const { httpSocket, postgresSocketDir } = places.placeOf(branch.ref, undefined)
      return { ref: branch.ref, httpSocket, postgresSocketDir }
    })
  }
