// The gate itself: a hook before everything a service does. Sets `request.caller` or answers 401.

import { type PlinthError, toPlinthError } from '@plinth/errors'
import {
  type FastifyReply,
  type FastifyRequest,
  type HookHandlerDoneFunction,
  renderWith,
} from '@plinth/http'
import type { Identify } from './caller.ts'
import { nobody } from './callers.ts'
import { gatewayDialect } from './dialect.ts'
import { gatewayErrors } from './errors.ts'
import type { Allow } from './limits.ts'
import { takeQueryKey } from './query-key.ts'
import { isOpen, type Need } from './routes.ts'

export type Gate = { readonly needs: Need; readonly identify: Identify; readonly allow: Allow }

type Admit = (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction) => unknown

const first = (header: string | string[] | undefined): string | undefined =>
  typeof header === 'string' ? header : header?.[0]

/** The key of the query leaves the request; the header counts more. */
const takeKey = (request: FastifyRequest): string | undefined => {
  const { url, key } = takeQueryKey(request.url)
  if (key !== undefined) {
    request.raw.url = url
    // Fastify has parsed the query already; what a service reads is a plain object.
    delete (request.query as Record<string, unknown>)['apikey']
  }
  return first(request.headers['apikey']) || key
}

const identify = (request: FastifyRequest, gate: Gate): void => {
  const { caller, tokenProblem } = gate.identify({
    apiKey: takeKey(request),
    authorization: request.headers.authorization,
    userAgent: request.headers['user-agent'],
  })
  if (gate.needs === 'service key' && caller.role !== 'service_role') throw gatewayErrors.serviceKeyNeeded()
  request.caller = caller
  request.tokenProblem = tokenProblem
}

const pathOf = (request: FastifyRequest): string => request.url.split('?', 1)[0] ?? '/'

const refuse = renderWith(gatewayDialect)

export const admit =
  (gate: Gate): Admit =>
  (request, reply, done) => {
    try {
      identify(request, gate)
    } catch (thrown) {
      const error: PlinthError = toPlinthError(thrown)
      if (error.kind !== 'caller' || !isOpen(request.method, pathOf(request))) {
        return refuse(error, request, reply)
      }
      request.caller = nobody()
    }
    // What this throws is rendered in the service's own dialect.
    gate.allow(request, reply)
    done()
  }
