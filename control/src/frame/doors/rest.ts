// The REST door: every operation as a route. It reads requests, sets statuses and headers, and decides nothing.

import type { Dialect, ServicePlugin } from '@plinth/http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Platform } from '../call.ts'
import { type Actor, authenticate } from '../caller.ts'
import { Download } from '../download.ts'
import { errors } from '../errors.ts'
import { findNotOffered } from '../not-offered.ts'
import type { Operation } from '../operation.ts'
import { makeRateLimit, type Rate, type RateLimit } from '../rate-limit.ts'
import { readInput } from '../read-input.ts'
import { runOperation } from '../run-operation.ts'
import { readBodies } from './read-bodies.ts'

/** Only what upstream's error bodies carry beside the message. */
const Extra = z.object({
  message: z.array(z.string()).optional(),
  missing_permissions: z.array(z.string()).optional(),
})

/** A path without a route: one that upstream has says why it is not here. */
const describeMissing = (method: string, path: string): { code: string; message: string } => {
  const entry = findNotOffered(method, path)
  return entry === undefined
    ? { code: 'not_found', message: `Cannot ${method} ${path}` }
    : { code: entry.code ?? 'not_found', message: `${entry.family}: ${entry.why}` }
}

/** The newer half of the API wraps its errors. */
const wrap = (url: string, error: { code: string; message: string }, more: object = {}): object =>
  url.startsWith('/v2/') ? { error } : { message: error.message, ...more }

/** A method that a path does not take is a route that does not exist, as upstream has it. */
const noRoute = new Set(['route_not_found', 'method_not_allowed'])

/** `{"message": …}`: what every client of this API reads. For the whole server that mounts the REST door. */
export const managementDialect: Dialect = ({ code, status, message, details }, request) => {
  if (noRoute.has(code)) {
    const path = request.url.split('?', 1)[0] ?? ''
    return { status: 404, body: wrap(request.url, describeMissing(request.method, path)) }
  }
  const extra = Extra.safeParse(details)
  return { status, body: wrap(request.url, { code, message }, extra.success ? extra.data : {}) }
}

type Place = { readonly ref?: string; readonly slug?: string }

const setRate = (reply: FastifyReply, rate: Rate): void => {
  void reply.headers({
    'x-ratelimit-limit': rate.limit,
    'x-ratelimit-remaining': rate.remaining,
    'x-ratelimit-reset': rate.reset,
  })
}

/** Who asks. Wrong tokens are counted by address, so that nobody tries many of them. */
const identify = async (
  platform: Platform,
  limits: RateLimit,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Actor> => {
  const limit = platform.settings.requestsPerMinute
  try {
    const actor = await authenticate(platform.db, request.headers.authorization)
    const { ref, slug } = request.params as Place // path inputs of a route are text
    const rate = limits.take(`${actor.appId ?? actor.accountId} ${ref ?? slug ?? ''}`, limit)
    setRate(reply, rate)
    if (rate.isExceeded && !actor.isPlatformOwner) throw errors.tooManyRequests()
    return actor
  } catch (error) {
    if (reply.hasHeader('x-ratelimit-limit')) throw error
    const rate = limits.take(`address ${request.ip}`, limit)
    setRate(reply, rate)
    throw rate.isExceeded ? errors.tooManyRequests() : error
  }
}

/** Aborted when the client leaves before its answer. */
const signalOf = (reply: FastifyReply): AbortSignal => {
  const gone = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableEnded) gone.abort()
  })
  return gone.signal
}

const handle =
  (platform: Platform, limits: RateLimit, operation: Operation) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const signal = signalOf(reply)
    const actor = await identify(platform, limits, request, reply)
    void reply.header('x-gotrue-id', actor.accountId)
    const output = await runOperation(platform, operation, {
      actor,
      // Fastify has parsed all four; the schema of the operation checks what is in them.
      raw: readInput(operation, request as Parameters<typeof readInput>[1]),
      requestId: request.id,
      address: request.ip,
      signal,
    })
    void reply.code(operation.rest.status)
    const { answersIn } = operation.rest
    if (answersIn !== undefined) return reply.header(answersIn, String(output)).send()
    // Without a body the framework writes `Content-Length: 0`, which clients need to see.
    if (output === undefined) return reply.send()
    return output instanceof Download ? reply.type(output.contentType).send(output.bytes) : reply.send(output)
  }

/** All operations under their paths. */
export const restDoor =
  (platform: Platform, operations: readonly Operation[]): ServicePlugin =>
  async (app) => {
    const limits = makeRateLimit()
    readBodies(app)
    for (const operation of operations) {
      const { method, path } = operation.rest
      const config = { name: operation.name }
      app.route({ method, url: path, config, handler: handle(platform, limits, operation) })
    }
  }
