// Who may call a route, said on the route's own line: `asUser` and `asAdmin` hand the handler who it is.

import { isIP } from 'node:net'
import { TokenError } from '@plinth/crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Actor, adminActor } from '../core/audit.ts'
import { checkAdmin, isAdminRole, loadMe, type Me, refusedToken, verifyToken } from '../core/load-caller.ts'
import type { Origin, Parts } from '../deps.ts'
import { errors } from '../errors.ts'

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>
type UserHandler = (request: FastifyRequest, reply: FastifyReply, me: Me) => Promise<unknown>
type AdminHandler = (request: FastifyRequest, reply: FastifyReply, actor: Actor) => Promise<unknown>

const bearer = /^bearer (\S+)$/i

/** The token as sent, where no gateway stands in front. */
const readToken = ({ headers }: FastifyRequest): string => {
  const token = bearer.exec(headers.authorization ?? '')?.[1]
  if (token === undefined) throw errors.noBearer()
  return token
}

/**
 * The token that the gateway let through, or made for a bare API key. One that it refused does not count here
 * either, although its signature may be good: a legacy key that is switched off is such a token.
 */
const getToken = (request: FastifyRequest): string => {
  const { caller, tokenProblem } = request
  if (tokenProblem instanceof TokenError) {
    // Here nobody asks when a token was issued.
    if (tokenProblem.reason === 'issued_in_future') return readToken(request)
    throw refusedToken(tokenProblem)
  }
  if (tokenProblem !== undefined) throw errors.noBearer()
  return caller?.token ?? readToken(request)
}

/** A legacy key alone opens the door, but is no bearer token of anybody. */
const getUserToken = (request: FastifyRequest): string => {
  const isBareKey = request.caller?.keyKind === 'legacy' && request.headers.authorization === undefined
  if (isBareKey) throw errors.noBearer()
  return getToken(request)
}

/** For routes where being signed in is one way of several. */
export const getMe = (parts: Parts, request: FastifyRequest): Promise<Me> =>
  loadMe(parts, verifyToken(parts, getUserToken(request)))

export const asUser =
  (parts: Parts, handler: UserHandler): Handler =>
  async (request, reply) =>
    handler(request, reply, await getMe(parts, request))

/** For what only people with an address may do. */
export const asNamedUser = (parts: Parts, handler: UserHandler): Handler =>
  asUser(parts, async (request, reply, me) => {
    if (me.claims['is_anonymous'] === true) throw errors.anonymousNotAllowed()
    return handler(request, reply, me)
  })

export const asAdmin =
  (parts: Parts, handler: AdminHandler): Handler =>
  async (request, reply) => {
    const role = await checkAdmin(parts, verifyToken(parts, getToken(request)))
    return handler(request, reply, adminActor(role))
  }

/** The audience a request is about: named by header, by the caller's own token, or the usual one. */
export const audienceOf = (request: FastifyRequest, me?: Me): string => {
  const named = request.headers['x-jwt-aud']
  if (typeof named === 'string' && named !== '') return named
  const own = me?.claims['aud']
  const first: unknown = Array.isArray(own) ? own[0] : own
  const isOwn = typeof first === 'string' && first !== '' && !isAdminRole(me?.claims['role'])
  return isOwn ? first : 'authenticated'
}

export const originOf = ({ ip, headers }: FastifyRequest): Origin => ({
  ip: ip !== undefined && isIP(ip) !== 0 ? ip : undefined,
  userAgent: headers['user-agent'],
})
