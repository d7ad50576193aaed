// POST /branches/{ref}/wake: answers when the branch serves, with where it does.

import type { BranchAddress } from '@plinth/contracts'
import type { ServicePlugin } from '@plinth/http'
import type { Branches } from '../branches.ts'
import type { Places } from '../places.ts'
import { parseRef } from './parse-ref.ts'

export const wakeBranch =
  (branches: Branches, places: Places): ServicePlugin =>
  async (app) => {
    app.post('/branches/:ref/wake', async (request): Promise<BranchAddress> => {
      const branch = branches.get(parseRef(request.params))
      await branch.wake()
      const { httpSocket, postgresSocketDir } = places.placeOf(branch.ref, undefined)
      return { ref: branch.ref, httpSocket, postgresSocketDir }
    })
  }
