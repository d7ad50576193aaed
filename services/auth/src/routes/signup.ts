// POST /signup: with an address and a password, or with neither for an anonymous account.

import { z } from 'zod'
import { renderUser } from '../core/render-user.ts'
import { signUp } from '../core/sign-up.ts'
import { signUpAnonymously } from '../core/sign-up-anonymously.ts'
import { parseChannel } from '../core/sms-channel.ts'
import { errors } from '../errors.ts'
import { sendSession } from './answer.ts'
import { audienceOf, originOf } from './guards.ts'
import { challenge, readBody, record, text } from './read-body.ts'
import { redirectOf } from './redirect-to.ts'
import type { Route } from './route.ts'

const Body = z.object({ email: text, phone: text, password: text, channel: text, data: record, ...challenge })

export const signup: Route = (app, parts) => {
  app.post('/signup', async (request, reply) => {
    const wish = { ...readBody(request, Body), aud: audienceOf(request) }
    const origin = originOf(request)
    if (wish.email === '' && wish.phone === '') {
      if (!parts.config.external_anonymous_users_enabled) throw errors.anonymousDisabled()
      parts.limit('anonymous', request)
      return sendSession(reply, await signUpAnonymously(parts, wish, origin))
    }
    parts.limit('signup', request)
    const channel = wish.phone === '' ? 'sms' : parseChannel(parts, wish.channel)
    const redirectTo = redirectOf(parts, request)
    const signedUp = await signUp(parts, { ...wish, channel, redirectTo }, origin)
    if ('session' in signedUp) return sendSession(reply, signedUp.session)
    return renderUser(signedUp.user)
  })
}
