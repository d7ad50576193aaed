// How errors leave: one error class inside, each API's own shape outside.

import type { Level, Observe } from '@plinth/contracts'
import type { ErrorKind, PlinthError } from '@plinth/errors'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { httpErrors } from './errors.ts'
import { fromFastify } from './fastify-error.ts'
import { allowedMethods } from './known-routes.ts'

export type Rendered = {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: object | string
}

/** Renders an error in the shape of one API. Must not throw and must not show `cause`. */
export type Dialect = (error: PlinthError, request: FastifyRequest) => Rendered

/** Caller's mistakes and limits are in the request's own line; these get a line of their own. */
const levels: Readonly<Partial<Record<ErrorKind, Level>>> = {
  project: 'warn',
  upstream: 'warn',
  platform: 'error',
  bug: 'error',
}

/** Tells of an error that is more than a caller's mistake. */
export const noticeFailure = (observe: Observe, requestId: string, error: PlinthError): void => {
  const level = levels[error.kind]
  if (level === undefined) return
  observe({ level, event: 'request.failed', fields: { requestId }, error })
}

/** An error handler for `app.setErrorHandler`: says what happened in this dialect, and notices it once. */
export const renderWith =
  (dialect: Dialect) => (thrown: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const error = fromFastify(thrown, request)
    noticeFailure(request.server.observe, request.id, error)
    const { status, headers, body } = dialect(error, request)
    request.errorCode = error.code
    // Fastify would close the connection on a body that is too long, and a sender still busy sending it would see
    // a broken pipe instead of the answer. Node reads the rest and throws it away.
    reply.removeHeader('connection')
    void reply.code(status)
    if (headers !== undefined) void reply.headers(headers)
    return reply.send(body)
  }

/** Lets everything in this part of the tree speak `dialect`: errors, unknown routes and methods. */
export const speak = (app: FastifyInstance, dialect: Dialect): void => {
  const render = renderWith(dialect)
  app.setErrorHandler(render)
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '/'
    const allowed = allowedMethods(request.server, path)
    if (allowed.length === 0) return render(httpErrors.routeNotFound(request.method, path), request, reply)
    void reply.header('allow', allowed.join(', '))
    return render(httpErrors.methodNotAllowed(request.method, path, allowed), request, reply)
  })
}

/** `{ message, code, hint? }`: what a door speaks that has no upstream to match. */
export const plainDialect: Dialect = ({ status, message, code, hint }) => ({
  status,
  body: hint === undefined ? { message, code } : { message, code, hint },
})
