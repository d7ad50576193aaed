// GET and PUT /user: one's own account.

import { z } from 'zod'
import { renderUser } from '../core/render-user.ts'
import { parseChannel } from '../core/sms-channel.ts'
import { updateMe } from '../core/update-me.ts'
import { errors } from '../errors.ts'
import { asUser, audienceOf, originOf } from './guards.ts'
import { challenge, maybeRecord, maybeText, readBody, text } from './read-body.ts'
import { redirectOf } from './redirect-to.ts'
import type { Route } from './route.ts'

const Changes = z.object({
  email: text,
  phone: text,
  password: maybeText,
  current_password: maybeText,
  nonce: text,
  channel: text,
  data: maybeRecord,
  app_metadata: maybeRecord,
  ...challenge,
})

export const user: Route = (app, parts) => {
  app.get(
    '/user',
    asUser(parts, async (request, _reply, me) => {
      const own: unknown = [me.claims['aud']].flat()[0]
      if (own !== audienceOf(request, me))
        throw errors.invalid("Token audience doesn't match request audience")
      return renderUser(me.user)
    }),
  )
  app.put(
    '/user',
    asUser(parts, async (request, _reply, me) => {
      parts.limit('user', request)
      const wish = { ...readBody(request, Changes), aud: audienceOf(request, me) }
      const channel = wish.phone === '' ? 'sms' : parseChannel(parts, wish.channel)
      const changes = { ...wish, channel, redirectTo: redirectOf(parts, request) }
      const updated = await updateMe(parts, me, changes, originOf(request))
      await parts.post(updated.letters, originOf(request))
      return renderUser(updated.user)
    }),
  )
}
