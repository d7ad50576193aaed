// Token, revocation and registration: what programs ask, with their own credentials instead of a bearer token.

import { type Dialect, makeRateLimiter, renderWith, type ServicePlugin } from '@plinth/http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { recordAudit } from '../frame/audit.ts'
import type { Platform } from '../frame/call.ts'
import { errors as frameErrors } from '../frame/errors.ts'
import { readForms } from '../pages/routes.ts'
import { authenticateClient } from './client.ts'
import { errors } from './errors.ts'
import { type Exchanged, exchangeCode, exchangeRefreshToken } from './exchange.ts'
import { deleteGrant, findGrantOfToken } from './grants.ts'
import { registerClient } from './register-client.ts'

/** Both spellings: that of the Management API and that of RFC 6749. */
const oauthDialect: Dialect = ({ code, status, message }) => ({
  status,
  headers: status === 401 ? { 'www-authenticate': 'Basic realm="oauth"' } : {},
  body: { message, error: code, error_description: message },
})

const text = z.string().max(8192).optional()
const TokenBody = z.object({
  grant_type: text,
  client_id: text,
  client_secret: text,
  code: text,
  code_verifier: text,
  redirect_uri: text,
  refresh_token: text,
})
const RevokeBody = z.object({ client_id: text, client_secret: text, refresh_token: text, token: text })

const parse = <T extends z.ZodType>(schema: T, body: unknown): z.output<T> => {
  const parsed = schema.safeParse(body ?? {})
  if (parsed.success) return parsed.data
  throw errors.invalidRequest(
    `Not text, or given twice: ${parsed.error.issues.map((one) => one.path.join('.')).join(', ')}.`,
  )
}

const need = (value: string | undefined, name: string): string => {
  if (value === undefined || value === '') throw errors.invalidRequest(`${name} is missing.`)
  return value
}

const exchange = async ({ db }: Platform, request: FastifyRequest): Promise<Exchanged> => {
  const body = parse(TokenBody, request.body)
  const app = await authenticateClient(db, request.headers.authorization, body)
  if (body.grant_type === 'refresh_token') {
    return exchangeRefreshToken(db, app, need(body.refresh_token, 'refresh_token'))
  }
  if (body.grant_type !== 'authorization_code') {
    throw errors.unsupportedGrant(need(body.grant_type, 'grant_type'))
  }
  const code = need(body.code, 'code')
  return exchangeCode(db, app, { code, redirectUri: body.redirect_uri, verifier: body.code_verifier })
}

const showTokens = ({ accessToken, refreshToken, expiresIn, projectRefs }: Exchanged) => ({
  access_token: accessToken,
  refresh_token: refreshToken,
  expires_in: expiresIn,
  token_type: 'Bearer',
  project_refs: projectRefs,
})

/** A token of somebody else, or of nobody, is answered like one's own (RFC 7009 §2.2). */
const revoke = async ({ db }: Platform, request: FastifyRequest): Promise<void> => {
  const body = parse(RevokeBody, request.body)
  const app = await authenticateClient(db, request.headers.authorization, body)
  const grant = await findGrantOfToken(db, need(body.refresh_token ?? body.token, 'refresh_token'))
  if (grant === undefined || grant.app_id !== app.id) return
  await deleteGrant(db, grant.grant_id)
  await recordAudit(db, { operation: 'oauth.revoke', accountId: grant.account_id, requestId: request.id })
}

const openToBrowsers = (reply: FastifyReply): FastifyReply =>
  reply.header('access-control-allow-origin', '*').header('cache-control', 'no-store')

const paths = { token: '/v1/oauth/token', revoke: '/v1/oauth/revoke', register: '/v1/oauth/register' }

const allowPreflight = (app: FastifyInstance): void => {
  for (const path of Object.values(paths)) {
    app.options(path, { config: { name: 'oauth.preflight' } }, async (_request, reply) =>
      openToBrowsers(reply)
        .header('access-control-allow-methods', 'POST')
        .header('access-control-allow-headers', 'authorization, content-type, mcp-protocol-version')
        .code(204)
        .send(),
    )
  }
}

export const tokenDoor =
  (platform: Platform): ServicePlugin =>
  async (app) => {
    // What fails is counted; a platform that renews tokens for all its users is not slowed down.
    const failures = makeRateLimiter({ burst: 60, perSecond: 1 })
    const registrations = makeRateLimiter({ burst: 20, perSecond: 1 / 60 })
    const take = (limiter: typeof failures, request: FastifyRequest): void => {
      if (limiter.take(request.ip) > 0) throw frameErrors.tooManyRequests()
    }
    const counted = async <T>(request: FastifyRequest, work: Promise<T>): Promise<T> =>
      work.catch((error: unknown) => {
        take(failures, request)
        throw error
      })
    readForms(app)
    app.setErrorHandler(renderWith(oauthDialect))
    allowPreflight(app)
    app.post(paths.token, { config: { name: 'oauth.token' } }, async (request, reply) => {
      openToBrowsers(reply)
      return reply.code(201).send(showTokens(await counted(request, exchange(platform, request))))
    })
    app.post(paths.revoke, { config: { name: 'oauth.revoke' } }, async (request, reply) => {
      openToBrowsers(reply)
      await counted(request, revoke(platform, request))
      return reply.code(204).send()
    })
    app.post(paths.register, { config: { name: 'oauth.register' } }, async (request, reply) => {
      openToBrowsers(reply)
      take(registrations, request)
      return reply.code(201).send(await registerClient(platform.db, request.body))
    })
  }
