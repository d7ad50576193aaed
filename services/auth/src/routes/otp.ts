// POST /otp, POST /magiclink: signing in by a code or a link.

import { z } from 'zod'
import { checkExists, requestMagicLink, requestPhoneCode } from '../core/request-sign-in-code.ts'
import { parseChannel } from '../core/sms-channel.ts'
import { errors } from '../errors.ts'
import { audienceOf, originOf } from './guards.ts'
import { challenge, readBody, record, text } from './read-body.ts'
import { redirectOf } from './redirect-to.ts'
import type { Route } from './route.ts'

const wished = { email: text, phone: text, data: record, ...challenge }
const Otp = z.object({ ...wished, channel: text, create_user: z.boolean().nullish() })
const MagicLink = z.object(wished)

export const otp: Route = (app, parts) => {
  app.post('/otp', async (request) => {
    parts.limit('otp', request)
    const body = readBody(request, Otp)
    if (body.email !== '' && body.phone !== '') {
      throw errors.invalid('Only an email address or phone number should be provided')
    }
    if (body.email !== '' && body.channel !== '') {
      throw errors.invalid('Channel should only be specified with Phone OTP')
    }
    const channel = body.phone === '' ? 'sms' : parseChannel(parts, body.channel)
    const where = { aud: audienceOf(request), redirectTo: redirectOf(parts, request) }
    const wish = { ...body, ...where, channel }
    if (body.create_user === false) await checkExists(parts, wish)
    if (body.email === '' && body.phone === '') throw errors.invalid('One of email or phone must be set')
    const send = body.email === '' ? requestPhoneCode : requestMagicLink
    await parts.post(await send(parts, wish, originOf(request)), originOf(request))
    return {}
  })
  app.post('/magiclink', async (request) => {
    parts.limit('magiclink', request)
    const body = readBody(request, MagicLink)
    const wish = { ...body, aud: audienceOf(request), redirectTo: redirectOf(parts, request) }
    await parts.post(await requestMagicLink(parts, wish, originOf(request)), originOf(request))
    return {}
  })
}
