// /user/identities: further ways to be known by the same account.

import type { FastifyRequest } from 'fastify'
import { isUuid } from '../core/load-caller.ts'
import { unlinkIdentity } from '../core/unlink-identity.ts'
import type { Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { sendAway } from './authorize.ts'
import { asUser, audienceOf, originOf } from './guards.ts'
import type { Route } from './route.ts'

const checkLinking = ({ config }: Parts): void => {
  if (!config.security_manual_linking_enabled) throw errors.linkingDisabled()
}

const identityIdOf = ({ params }: FastifyRequest): string => {
  // Fastify matched the path: the parameter is there, as text.
  const { identity_id: id } = params as { identity_id: string }
  if (!isUuid(id)) throw errors.invalidId('identity_id')
  return id
}

export const identities: Route = (app, parts) => {
  app.get(
    '/user/identities/authorize',
    asUser(parts, async (request, reply, me) => {
      checkLinking(parts)
      return sendAway(parts, request, reply, me.user.id)
    }),
  )
  app.delete(
    '/user/identities/:identity_id',
    asUser(parts, async (request, _reply, me) => {
      checkLinking(parts)
      const identityId = identityIdOf(request)
      if ([me.claims['aud']].flat()[0] !== audienceOf(request, me)) throw errors.audienceUnexpected()
      const wish = { user: me.user, identityId, origin: originOf(request) }
      await parts.post(await unlinkIdentity(parts, wish), originOf(request))
      return {}
    }),
  )
}
