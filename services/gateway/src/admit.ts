// The gate itself, before everything a service does. Makes the caller, or says why not (401).

import type { IncomingHttpHeaders } from 'node:http'
import type { Caller } from '@plinth/contracts'
import { type PlinthError, toPlinthError } from '@plinth/errors'
import {
  type FastifyReply,
  type FastifyRequest,
  type HookHandlerDoneFunction,
  renderWith,
  type ServiceRequest,
} from '@plinth/http'
import type { Identify } from './caller.ts'
import { nobody } from './callers.ts'
import { gatewayDialect } from './dialect.ts'
import { gatewayErrors } from './errors.ts'
import type { Allow } from './limits.ts'
import { takeQueryKey } from './query-key.ts'
import { isOpen, type Need } from './routes.ts'

export type Gate = { readonly needs: Need; readonly identify: Identify; readonly allow: Allow }

/** Who stands before the gate, on the hot line or on the framework's. */
export type Visitor = {
  readonly raw: { url?: string | undefined }
  readonly method: string
  readonly headers: IncomingHttpHeaders
  caller: Caller | undefined
  tokenProblem: ServiceRequest['tokenProblem']
}

const first = (header: string | string[] | undefined): string | undefined =>
  typeof header === 'string' ? header : header?.[0]

/** The key of the query leaves the request; the header counts more. */
const takeKey = ({ raw, headers }: Visitor): string | undefined => {
  const { url, key } = takeQueryKey(raw.url ?? '/')
  if (key !== undefined) raw.url = url
  return first(headers['apikey']) || key
}

const identify = (visitor: Visitor, gate: Gate): void => {
  const { caller, tokenProblem } = gate.identify({
    apiKey: takeKey(visitor),
    authorization: visitor.headers.authorization,
    userAgent: visitor.headers['user-agent'],
  })
  if (gate.needs === 'service key' && caller.role !== 'service_role') throw gatewayErrors.serviceKeyNeeded()
  visitor.caller = caller
  visitor.tokenProblem = tokenProblem
}

const pathOf = ({ raw }: Visitor): string => raw.url?.split('?', 1)[0] ?? '/'

/** Sets the visitor's caller, or answers why they may not come in. */
export const enter = (visitor: Visitor, gate: Gate): PlinthError | undefined => {
  try {
    identify(visitor, gate)
  } catch (thrown) {
    const error = toPlinthError(thrown)
    if (error.kind !== 'caller' || !isOpen(visitor.method, pathOf(visitor))) return error
    visitor.caller = nobody()
  }
  return undefined
}

const refuse = renderWith(gatewayDialect)

type Admit = (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction) => unknown

/** The gate as the framework's hook. */
export const admit =
  (gate: Gate): Admit =>
  (request, reply, done) => {
    const error = enter(request, gate)
    // Fastify has parsed the query already; what a service reads is a plain object.
    delete (request.query as Record<string, unknown>)['apikey']
    if (error !== undefined) return refuse(error, request, reply)
    // What this throws is rendered in the service's own dialect.
    gate.allow(request, reply)
    done()
  }
