// /admin/users/{id}/factors: second factors in the hands of an administrator.

import { z } from 'zod'
import { changeFactor, removeFactor } from '../core/change-factor.ts'
import { renderFactor } from '../core/render-user.ts'
import { getNamedUser } from './admin-users.ts'
import { getNamedFactor } from './factors.ts'
import { asAdmin, originOf } from './guards.ts'
import { readBody, text } from './read-body.ts'
import type { Route } from './route.ts'

const Change = z.object({ friendly_name: text, phone: text })

export const adminFactors: Route = (app, parts) => {
  app.get(
    '/admin/users/:user_id/factors',
    asAdmin(parts, async (request) => (await getNamedUser(parts, request)).factors.map(renderFactor)),
  )
  app.delete(
    '/admin/users/:user_id/factors/:factor_id',
    asAdmin(parts, async (request, _reply, actor) => {
      const user = await getNamedUser(parts, request)
      const factor = await getNamedFactor(parts, request, user.id)
      await removeFactor(parts, { actor, user, factor, origin: originOf(request) })
      return renderFactor(factor)
    }),
  )
  app.put(
    '/admin/users/:user_id/factors/:factor_id',
    asAdmin(parts, async (request, _reply, actor) => {
      const user = await getNamedUser(parts, request)
      const factor = await getNamedFactor(parts, request, user.id)
      const { friendly_name: name, phone } = readBody(request, Change)
      await changeFactor(parts, { actor, user, factor, origin: originOf(request) }, { name, phone })
      return renderFactor(await getNamedFactor(parts, request, user.id))
    }),
  )
}
