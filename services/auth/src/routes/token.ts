// POST /token?grant_type=…: everything that ends in a session without a link.

import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { enterIdToken } from '../core/enter-id-token.ts'
import { checkWallets, enterWallet } from '../core/enter-wallet.ts'
import { refreshSession } from '../core/refresh-session.ts'
import { signIn } from '../core/sign-in.ts'
import { tradeCode } from '../core/trade-code.ts'
import { errors } from '../errors.ts'
import { sendSession } from './answer.ts'
import { audienceOf, getMe, originOf } from './guards.ts'
import { flag, queryText, readBody, text } from './read-body.ts'
import type { Route, RouteParts } from './route.ts'

type Grant = (parts: RouteParts, request: FastifyRequest, reply: FastifyReply) => Promise<object>

const Password = z.object({ email: text, phone: text, password: text })
const Refresh = z.object({ refresh_token: text })
const Pkce = z.object({ auth_code: text, code_verifier: text })
const IdToken = z.object({
  id_token: text,
  provider: text,
  client_id: text,
  issuer: text,
  nonce: text,
  access_token: text,
  link_identity: flag,
})

const Wallet = z.object({ chain: text, message: text, signature: text })

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
    return sendSession(reply, opened, opened.provided)
  },
  id_token: async (parts, request, reply) => {
    const { link_identity: links, ...body } = readBody(request, IdToken)
    const linkTo = async () => {
      if (!links) return undefined
      if (!request.headers.authorization) throw errors.linkingAnonymously()
      return (await getMe(parts, request)).user.id
    }
    const wish = { ...body, linkTo, aud: audienceOf(request) }
    return sendSession(reply, await enterIdToken(parts, wish, originOf(request)))
  },
  web3: async (parts, request, reply) => {
    checkWallets(parts.config)
    const wish = { ...readBody(request, Wallet), aud: audienceOf(request) }
    return sendSession(reply, await enterWallet(parts, wish, originOf(request)))
  },
}

export const token: Route = (app, parts) => {
  app.post('/token', async (request, reply) => {
    const type = queryText(request, 'grant_type')
    const grant = Object.hasOwn(grants, type) ? grants[type] : undefined
    if (grant === undefined) throw errors.unknownGrant()
    parts.limit(type === 'web3' ? 'web3' : 'token', request)
    return grant(parts, request, reply)
  })
}
