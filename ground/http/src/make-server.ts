// A Fastify instance as all our processes use it: no request logging of its own, ids, one line per request.

import type { Server } from 'node:http'
import type { Observe } from '@plinth/contracts'
import Fastify, { type FastifyInstance, type FastifyServerFactory, LogController } from 'fastify'
import { type Dialect, plainDialect, renderWith, speak } from './dialect.ts'
import { rememberRoutes } from './known-routes.ts'
import { maxHeaderBytes } from './max-header-bytes.ts'
import { trackLines } from './ndjson.ts'
import { decorateRequests } from './request.ts'
import { requestIdOf } from './request-id.ts'
import { observeRequests } from './request-line.ts'

export type ServerOptions = {
  readonly observe: Observe
  /** The branch this server answers for, on its request lines. */
  readonly ref?: string
  /** Largest body in bytes; default 1 MiB. */
  readonly bodyLimit?: number
  /** Believe `X-Forwarded-*`: only behind our own edge. */
  readonly trustProxy?: boolean
  /** How this server's own errors look; default `{ message, code }`. */
  readonly dialect?: Dialect
  /** For a server that another one hands requests to (`apps/stack`). */
  readonly serverFactory?: FastifyServerFactory<Server>
}

const defaultBodyBytes = 1024 * 1024
/** Table and function names may be 63 characters, each up to three bytes escaped as `%xx`. */
const maxParamLength = 600
/** Bodies are checked by the operations themselves; Fastify's own compilers cost 20 MiB of each process. */
const noSchemas = () => (): never => {
  throw new Error('Routes have no JSON schemas here.')
}

/** Makes a server with ids, limits, error bodies and request lines; routes and `listen` are the caller's. */
export const makeServer = (options: ServerOptions): FastifyInstance => {
  const dialect = options.dialect ?? plainDialect
  const app = Fastify({
    logger: false,
    logController: new LogController({ disableRequestLogging: true }),
    requestIdHeader: false,
    genReqId: requestIdOf,
    trustProxy: options.trustProxy ?? false,
    bodyLimit: options.bodyLimit ?? defaultBodyBytes,
    routerOptions: { maxParamLength },
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
    forceCloseConnections: 'idle',
    keepAliveTimeout: 75_000,
    // The only errors that no hook sees.
    frameworkErrors: (error, request, reply) => {
      void reply.header('sb-request-id', request.id)
      void renderWith(dialect)(error, request, reply)
    },
    ...(options.serverFactory === undefined
      ? { http: { maxHeaderSize: maxHeaderBytes } }
      : { serverFactory: options.serverFactory }),
  })
  decorateRequests(app, options.observe)
  rememberRoutes(app)
  trackLines(app)
  app.addHook('onRequest', (request, reply, done) => {
    void reply.header('sb-request-id', request.id)
    done()
  })
  observeRequests(app, options.ref)
  speak(app, dialect)
  return app
}
