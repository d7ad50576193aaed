// POST /branches/{ref}/pooler: like a wake, and answers when the branch's pooler takes clients as well.

import type { BranchAddress } from '@plinth/contracts'
import type { ServicePlugin } from '@plinth/http'
import type { Branches } from '../branches.ts'
import type { Places } from '../places.ts'
import { parseRef } from './parse-ref.ts'

export const openPooler =
  (branches: Branches, places: Places): ServicePlugin =>
  async (app) => {
    app.post('/branches/:ref/pooler', async (request): Promise<BranchAddress> => {
      const branch = branches.get(parseRef(request.params))
      await branches.openPooler(branch)
      const { httpSocket, postgresSocketDir } = places.placeOf(branch.ref, undefined)
      return { ref: branch.ref, httpSocket, postgresSocketDir }
    })
  }
