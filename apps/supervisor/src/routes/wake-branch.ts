// POST /branches/{ref}/wake: answers when the branch serves, with where it does.

import { type BranchAddress, WakeWish } from '@plinth/contracts'
import type { ServicePlugin } from '@plinth/http'
import type { Branches } from '../branches.ts'
import { errors } from '../errors.ts'
import type { Places } from '../places.ts'
import { parseRef } from './parse-ref.ts'

const parseWish = (body: unknown): WakeWish => {
  const wish = WakeWish.safeParse(body)
  if (!wish.success)
    throw errors.badRequest(
      'The body of a wake is {"part", "hold": {"id", "seconds"}}, each if need be, or nothing.',
    )
  return wish.data
}

export const wakeBranch =
  (branches: Branches, places: Places): ServicePlugin =>
  async (app) => {
    app.post('/branches/:ref/wake', async (request): Promise<BranchAddress> => {
      const branch = branches.get(parseRef(request.params))
      const { hold, part } = parseWish(request.body ?? {})
      if (hold) branch.traffic.hold(hold.id, hold.seconds * 1000)
      await branch.wake(part)
      const { httpSocket, postgresSocketDir } = places.placeOf(branch.ref, undefined)
      return { ref: branch.ref, httpSocket, postgresSocketDir }
    })
  }
