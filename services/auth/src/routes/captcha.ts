// Proof that a person is at the other end, asked for where accounts can be tried or mails sent.

import { fetchJson } from '@plinth/http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { flagAt, listAt } from '../core/json-path.ts'
import { isAdminRole } from '../core/load-caller.ts'
import { errors } from '../errors.ts'
import { plainPath } from './end-slashes.ts'
import { queryText, readBody, text } from './read-body.ts'
import type { RouteParts } from './route.ts'

const judges = {
  hcaptcha: 'https://hcaptcha.com/siteverify',
  turnstile: 'https://challenges.cloudflare.com/turnstile/v0/siteverify',
} as const

const guarded = new Set([
  '/signup',
  '/token',
  '/otp',
  '/magiclink',
  '/recover',
  '/resend',
  '/sso',
  '/passkeys/authentication/options',
])
/** Whoever holds one of these was let in before, here or elsewhere. */
const exempt = new Set(['refresh_token', 'pkce', 'id_token'])

const Meta = z.object({ gotrue_meta_security: z.object({ captcha_token: text }).nullish() })

const check = async ({ config, outbound }: RouteParts, request: FastifyRequest): Promise<void> => {
  const response = (readBody(request, Meta).gotrue_meta_security?.captcha_token ?? '').trim()
  if (response === '') throw errors.captchaMissing()
  const form = new URLSearchParams({ secret: config.security_captcha_secret, response, remoteip: request.ip })
  const verdict = await fetchJson(outbound, {
    method: 'POST',
    url: judges[config.security_captcha_provider],
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
  }).catch((cause: unknown) => {
    throw errors.captchaUnreachable(cause)
  })
  if (!flagAt(verdict, 'success')) throw errors.captchaFailed(listAt(verdict, 'error-codes').join(', '))
}

export const askForCaptcha = (app: FastifyInstance, parts: RouteParts, prefix: string): void => {
  if (!parts.config.security_captcha_enabled) return
  app.addHook('preHandler', async (request) => {
    // Of the route that was found: the address itself can be written in many ways.
    const path = plainPath(request.routeOptions.url ?? '', prefix)
    if (request.method !== 'POST' || !guarded.has(path)) return
    if (path === '/token' && exempt.has(queryText(request, 'grant_type'))) return
    if (isAdminRole(request.caller?.role)) return
    await check(parts, request)
  })
}
