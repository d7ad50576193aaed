// POST /token?grant_type=…: everything that ends in a session without a link.

import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { refreshSession } from '../core/refresh-session.ts'
import { signIn } from '../core/sign-in.ts'
import { tradeCode } from '../core/trade-code.ts'
import { errors } from '../errors.ts'
import { sendSession } from './answer.ts'
import { audienceOf, originOf } from './guards.ts'
import { queryText, readBody, text } from './read-body.ts'
import type { Route, RouteParts } from './route.ts'

type Grant = (parts: RouteParts, request: FastifyRequest, reply: FastifyReply) => Promise<object>

const Password = z.object({ email: text, phone: text, password: text })
const Refresh = z.object({ refresh_token: text })
const Pkce = z.object({ auth_code: text, code_verifier: text })
const IdToken = z.object({ id_token: text, provider: text, client_id: text, issuer: text })

/** Issuers of the providers whose tokens upstream takes. */
const issuers: Readonly<Record<string, string>> = {
  google: 'https://accounts.google.com',
  apple: 'https://appleid.apple.com',
  facebook: 'https://www.facebook.com',
  kakao: 'https://kauth.kakao.com',
}

const grants: Readonly<Record<string, Grant>> = {
  password: async (parts, request, reply) => {
    const credentials = { ...readBody(request, Password), aud: audienceOf(request) }
    const signedIn = await signIn(parts, credentials, originOf(request))
    return sendSession(reply, signedIn, { weak_password: signedIn.weakness ?? null })
  },
  refresh_token: async (parts, request, reply) => {
    const { refresh_token: token } = readBody(request, Refresh)
    return sendSession(reply, await refreshSession(parts, token, originOf(request)))
  },
  pkce: async (parts, request, reply) => {
    const { auth_code: code, code_verifier: verifier } = readBody(request, Pkce)
    const opened = await tradeCode(parts, { code, verifier }, originOf(request))
    return sendSession(reply, opened)
  },
  // No provider can be switched on yet: every token is one of a provider that is off.
  id_token: async (_parts, request) => {
    const { id_token: idToken, provider, client_id: client, issuer } = readBody(request, IdToken)
    if (idToken === '') throw errors.oauth('invalid request', 'id_token required')
    if (provider === '' && (client === '' || issuer === '')) {
      throw errors.oauth('invalid request', 'provider or client_id and issuer required')
    }
    throw errors.issuerOff(issuers[provider] ?? (provider === '' ? issuer : provider))
  },
  web3: async () => {
    throw errors.web3Off()
  },
}

export const token: Route = (app, parts) => {
  app.post('/token', async (request, reply) => {
    const type = queryText(request, 'grant_type')
    const grant = Object.hasOwn(grants, type) ? grants[type] : undefined
    if (grant === undefined) throw errors.unknownGrant()
    parts.limit('token', request)
    return grant(parts, request, reply)
  })
}
