// May they, now? Size of the body before it is read, and requests per caller where the spec sets a rate.

import type { StackSpec } from '@plinth/contracts'
import { httpErrors, makeRateLimiter } from '@plinth/http'
import type { Visitor } from './admit.ts'

/** Throws when this request is too large or comes too soon. */
export type Allow = (visitor: Visitor & { readonly ip: string }, reply: Reply) => void

type Reply = { readonly header: (name: string, value: number) => unknown }

const burstSeconds = 10

/** A user by id; everybody with the same bare key by address. */
const nameOf = ({ caller, ip }: Parameters<Allow>[0]): string => {
  const sub = caller?.claims['sub']
  return typeof sub === 'string' ? sub : ip
}

export const makeAllow = ({ bodyBytes, requestsPerSecond }: StackSpec['limits']): Allow => {
  const limiter =
    requestsPerSecond === undefined
      ? undefined
      : makeRateLimiter({
          burst: Math.max(1, requestsPerSecond * burstSeconds),
          perSecond: requestsPerSecond,
        })
  return (visitor, reply) => {
    const length = visitor.headers['content-length']
    if (length !== undefined && Number(length) > bodyBytes) throw httpErrors.bodyTooLarge(bodyBytes)
    const seconds = limiter?.take(nameOf(visitor)) ?? 0
    if (seconds === 0) return
    void reply.header('retry-after', seconds)
    throw httpErrors.tooManyRequests(seconds)
  }
}
