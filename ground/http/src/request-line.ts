// One observation for each finished request: what was asked, how it ended, how long it took.

import type { Caller } from '@plinth/contracts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

const routeOf = ({ routeOptions, method }: FastifyRequest): string =>
  routeOptions.config.name ?? (routeOptions.url === undefined ? 'unknown' : `${method} ${routeOptions.url}`)

const bytesOf = (reply: FastifyReply): number | undefined => {
  const length = Number(reply.getHeader('content-length'))
  return Number.isNaN(length) ? undefined : length
}

/** Sends `request.finished` when an answer has left. */
export const observeRequests = (app: FastifyInstance, ref: string | undefined): void => {
  app.addHook('onResponse', (request, reply, done) => {
    app.observe({
      level: 'info',
      event: 'request.finished',
      ref,
      fields: {
        requestId: request.id,
        route: routeOf(request),
        status: reply.statusCode,
        micros: Math.round(reply.elapsedTime * 1000),
        // Requests that fail early have no caller yet.
        role: (request.caller as Caller | undefined)?.role,
        bytes: bytesOf(reply),
        code: request.errorCode,
      },
    })
    done()
  })
}
