// POST /branches/{ref}/sleep: answered at once; the status tells when it is done.

import type { ServicePlugin } from '@plinth/http'
import type { Branches } from '../branches.ts'
import { parseRef } from './parse-ref.ts'

export const changeBranch =
  (branches: Branches): ServicePlugin =>
  async (app) => {
    app.post('/branches/:ref/sleep', async (request, reply) => {
      const branch = branches.get(parseRef(request.params))
      branch.sleep()
      return reply.code(202).send(branch.report)
    })
  }
