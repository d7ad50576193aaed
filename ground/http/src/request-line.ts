// One observation for each finished request: what was asked, how it ended, how long it took.

import type { Caller, RequestObservation } from '@plinth/contracts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

type Finished = Omit<RequestObservation['fields'], 'micros'> & {
  readonly ref: string | undefined
  readonly ms: number
}

export const finishedRequest = (finished: Finished): RequestObservation => {
  const { requestId, route, status, ms, role, bytes, code } = finished
  return {
    level: 'info',
    event: 'request.finished',
    ref: finished.ref,
    fields: { requestId, route, status, micros: Math.round(ms * 1000), role, bytes, code },
  }
}

const routeOf = ({ routeOptions, method }: FastifyRequest): string =>
  routeOptions.config.name ?? (routeOptions.url === undefined ? 'unknown' : `${method} ${routeOptions.url}`)

const bytesOf = (reply: FastifyReply): number | undefined => {
  const length = Number(reply.getHeader('content-length'))
  return Number.isNaN(length) ? undefined : length
}

/** Sends `request.finished` when an answer has left. */
export const observeRequests = (app: FastifyInstance, ref: string | undefined): void => {
  app.addHook('onResponse', (request, reply, done) => {
    app.observe(
      finishedRequest({
        requestId: request.id,
        ref,
        route: routeOf(request),
        status: reply.statusCode,
        ms: reply.elapsedTime,
        // Requests that fail early have no caller yet.
        role: (request.caller as Caller | undefined)?.role,
        bytes: bytesOf(reply),
        code: request.errorCode,
      }),
    )
    done()
  })
}
