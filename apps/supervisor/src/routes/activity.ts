// POST /activity: the edge says which branches have traffic. DELETE /branches/{ref}/holds/{id}: work that kept a
// branch awake is done.

import { ActivityReport } from '@plinth/contracts'
import type { ServicePlugin } from '@plinth/http'
import type { Branches } from '../branches.ts'
import { errors } from '../errors.ts'
import { parseRef } from './parse-ref.ts'

export const activity =
  (branches: Branches): ServicePlugin =>
  async (app) => {
    app.post('/activity', async (request, reply) => {
      const report = ActivityReport.safeParse(request.body)
      if (!report.success) throw errors.badRequest('A report of activity is {"refs": [ref, …]}.')
      // A branch may be gone by the time its last traffic is told.
      for (const ref of report.data.refs) branches.find(ref)?.traffic.touch()
      return reply.code(204).send()
    })
    app.delete<{ Params: { id: string } }>('/branches/:ref/holds/:id', async (request, reply) => {
      branches.find(parseRef(request.params))?.traffic.release(request.params.id)
      return reply.code(204).send()
    })
  }
