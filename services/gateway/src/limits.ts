// May they, now? Size of the body before it is read, and requests per caller where the spec sets a rate.

import type { StackSpec } from '@plinth/contracts'
import { type FastifyReply, type FastifyRequest, httpErrors, makeRateLimiter } from '@plinth/http'

/** Throws when this request is too large or comes too soon. */
export type Allow = (request: FastifyRequest, reply: FastifyReply) => void

const burstSeconds = 10

/** A user by id; everybody with the same bare key by address. */
const nameOf = (request: FastifyRequest): string => {
  const { sub } = request.caller.claims
  return typeof sub === 'string' ? sub : request.ip
}

export const makeAllow = ({ bodyBytes, requestsPerSecond }: StackSpec['limits']): Allow => {
  const limiter =
    requestsPerSecond === undefined
      ? undefined
      : makeRateLimiter({
          burst: Math.max(1, requestsPerSecond * burstSeconds),
          perSecond: requestsPerSecond,
        })
  return (request, reply) => {
    const length = request.headers['content-length']
    if (length !== undefined && Number(length) > bodyBytes) throw httpErrors.bodyTooLarge(bodyBytes)
    const seconds = limiter?.take(nameOf(request)) ?? 0
    if (seconds === 0) return
    void reply.header('retry-after', seconds)
    throw httpErrors.tooManyRequests(seconds)
  }
}
