// POST /recover, POST /resend, GET /reauthenticate: codes for people who have an account.

import { z } from 'zod'
import { reauthenticate } from '../core/reauthenticate.ts'
import { recover as sendRecovery } from '../core/recover.ts'
import { resend } from '../core/resend.ts'
import { asUser, audienceOf, originOf } from './guards.ts'
import { challenge, readBody, text } from './read-body.ts'
import { redirectOf } from './redirect-to.ts'
import type { Route } from './route.ts'

const Recovery = z.object({ email: text, ...challenge })
const Again = z.object({ type: text, email: text, phone: text, ...challenge })

export const recover: Route = (app, parts) => {
  app.post('/recover', async (request) => {
    parts.limit('recover', request)
    const body = readBody(request, Recovery)
    const wish = { ...body, aud: audienceOf(request), redirectTo: redirectOf(parts, request) }
    await parts.post(await sendRecovery(parts, wish, originOf(request)), originOf(request))
    return {}
  })
  app.post('/resend', async (request) => {
    parts.limit('resend', request)
    const body = readBody(request, Again)
    const wish = { ...body, aud: audienceOf(request), redirectTo: redirectOf(parts, request) }
    await parts.post(await resend(parts, wish, originOf(request)), originOf(request))
    return {}
  })
  app.get(
    '/reauthenticate',
    asUser(parts, async (request, _reply, { user }) => {
      await parts.post(await reauthenticate(parts, user, originOf(request)), originOf(request))
      return {}
    }),
  )
}
