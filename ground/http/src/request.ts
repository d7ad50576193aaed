// What every handler finds on a request beside Fastify's own: who asks, and what their token lacked.

import type { Caller, Observe } from '@plinth/contracts'
import type { TokenError } from '@plinth/crypto'
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'

/** A service as the gateway mounts it: a Fastify plugin of its own. */
export type ServicePlugin = FastifyPluginAsync

/** The token was not refused for what it is but for how it was sent: `Authorization` without `Bearer`. */
export type SchemeProblem = { readonly reason: 'not_bearer'; readonly message: string }

declare module 'fastify' {
  interface FastifyRequest {
    /** Made by the gateway before any service sees the request. */
    caller: Caller
    /**
     * Set when a valid key opened the door but `Authorization` next to it does not count. The caller is then `anon`
     * with no token. A service that asks for a user's token refuses the request in its own dialect (REST: 401
     * PGRST301/PGRST303, auth: 403 `bad_jwt` or 401 `no_authorization`); one that does not, goes on.
     */
    tokenProblem: TokenError | SchemeProblem | undefined
    /** Code of the error that the answer carries; part of the request's log line. */
    errorCode: string | undefined
  }
  interface FastifyContextConfig {
    /** The route's name in logs and metrics, `storage.objects.upload`. */
    name?: string
  }
  interface FastifyInstance {
    readonly observe: Observe
  }
}

/** Gives requests their own fields up front, so that all of them have one shape. */
export const decorateRequests = (app: FastifyInstance, observe: Observe): void => {
  app.decorate('observe', observe)
  app.decorateRequest('caller')
  app.decorateRequest('tokenProblem')
  app.decorateRequest('errorCode')
}
