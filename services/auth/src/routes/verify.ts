// GET and POST /verify: where links lead, and where codes are typed in.

import { z } from 'zod'
import { enterCode } from '../core/enter-code.ts'
import { followLink, onlyFirst } from '../core/follow-link.ts'
import { errors } from '../errors.ts'
import { nameSession, sendSession } from './answer.ts'
import { audienceOf, originOf } from './guards.ts'
import { queryText, readBody, text } from './read-body.ts'
import { redirectOf } from './redirect-to.ts'
import type { Route } from './route.ts'

const Entry = z.object({
  type: text,
  token: text,
  token_hash: text,
  email: text,
  phone: text,
  redirect_to: text,
})

export const verify: Route = (app, parts) => {
  app.get('/verify', async (request, reply) => {
    parts.limit('verify', request)
    const type = queryText(request, 'type')
    const hash = queryText(request, 'token')
    if (type === '') throw errors.invalid('Verify requires a verification type')
    if (hash === '') throw errors.invalid('Verify requires a token or a token hash')
    const link = { type, hash, redirectTo: redirectOf(parts, request) }
    const { location, opened } = await followLink(parts, link, originOf(request))
    if (opened !== undefined) nameSession(reply, opened)
    return reply.redirect(location, 303)
  })
  app.post('/verify', async (request, reply) => {
    parts.limit('verify', request)
    const entry = { ...readBody(request, Entry), aud: audienceOf(request) }
    const opened = await enterCode(parts, entry, originOf(request))
    return opened === undefined ? { msg: onlyFirst, code: '200' } : sendSession(reply, opened)
  })
}
