// POST /invite and POST /admin/generate_link: an administrator lets people in.

import { z } from 'zod'
import { generateLink } from '../core/generate-link.ts'
import { invite } from '../core/invite.ts'
import { renderUser } from '../core/render-user.ts'
import { asAdmin, audienceOf, originOf } from './guards.ts'
import { readBody, record, text } from './read-body.ts'
import { redirectOf } from './redirect-to.ts'
import type { Route } from './route.ts'

const Invitation = z.object({ email: text, data: record })
const Link = z.object({
  type: text,
  email: text,
  new_email: text,
  password: text,
  data: record,
  redirect_to: text,
})

export const adminLinks: Route = (app, parts) => {
  app.post(
    '/invite',
    asAdmin(parts, async (request, _reply, actor) => {
      const { email, data } = readBody(request, Invitation)
      const where = { aud: audienceOf(request), redirectTo: redirectOf(parts, request) }
      return renderUser(await invite(parts, { actor, email, data, ...where, origin: originOf(request) }))
    }),
  )
  app.post(
    '/admin/generate_link',
    asAdmin(parts, async (request, _reply, actor) => {
      const { redirect_to: wished, ...body } = readBody(request, Link)
      const where = { aud: audienceOf(request), redirectTo: redirectOf(parts, request, wished) }
      const { user, ...link } = await generateLink(parts, {
        ...body,
        ...where,
        actor,
        origin: originOf(request),
      })
      return { ...renderUser(user), ...link }
    }),
  )
}
