// /branches/{ref}/bans: the edge adds, the control plane lists and lifts.

import { type Ban, BanWish, LiftWish } from '@plinth/contracts'
import type { ServicePlugin } from '@plinth/http'
import type { Bans } from '../bans.ts'
import type { Branches } from '../branches.ts'
import { errors } from '../errors.ts'
import { parseRef } from './parse-ref.ts'

export const keepBans =
  (branches: Branches, bans: Bans): ServicePlugin =>
  async (app) => {
    app.get('/branches/:ref/bans', async (request): Promise<readonly Ban[]> => {
      return bans.list(parseRef(request.params))
    })
    app.post('/branches/:ref/bans', async (request, reply) => {
      const { success, data } = BanWish.safeParse(request.body)
      if (!success) throw errors.badRequest('A ban is {"address"}.')
      bans.add(branches.get(parseRef(request.params)).ref, data.address)
      return reply.code(204).send()
    })
    app.delete('/branches/:ref/bans', async (request, reply) => {
      const { success, data } = LiftWish.safeParse(request.body)
      if (!success) throw errors.badRequest('Bans are lifted with {"addresses": [address, …]}.')
      bans.lift(parseRef(request.params), data.addresses)
      return reply.code(204).send()
    })
  }
