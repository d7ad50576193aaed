// POST /logout?scope=global|local|others

import { type LogoutScope, signOut } from '../core/sign-out.ts'
import { errors } from '../errors.ts'
import { asUser, originOf } from './guards.ts'
import { queryText } from './read-body.ts'
import type { Route } from './route.ts'

const scopes: Readonly<Record<string, LogoutScope>> = {
  '': 'global',
  global: 'global',
  local: 'local',
  others: 'others',
}

export const logout: Route = (app, parts) => {
  app.post(
    '/logout',
    asUser(parts, async (request, reply, { user, session }) => {
      const asked = queryText(request, 'scope')
      const scope = Object.hasOwn(scopes, asked) ? scopes[asked] : undefined
      if (scope === undefined) throw errors.invalid(`Unsupported logout scope "${asked}"`)
      await signOut(parts, { user, sessionId: session?.id, scope, origin: originOf(request) })
      return reply.code(204).send()
    }),
  )
}
