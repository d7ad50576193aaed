// HTTP as all our processes speak it: servers, error dialects, CORS, limits, sockets and their client.

// The framework's types, so that services need not depend on it.
export type {
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  HookHandlerDoneFunction,
  InjectOptions,
} from 'fastify'
export { type Carrier, NodeCarrier } from './carrier.ts'
export { closeHttpServer, closeRawServer, closeServer } from './close-server.ts'
export { allowBrowsers } from './cors.ts'
export { type Dialect, noticeFailure, plainDialect, type Rendered, renderWith, speak } from './dialect.ts'
export { type DirectHandle, type DirectOptions, directLine, type Handle } from './direct-line.ts'
export type { DirectAnswer, DirectRequest, DirectService, ServiceRequest } from './direct-request.ts'
export type { Exchange } from './downstream/exchange.ts'
export { type Downstream, readPlain } from './downstream/read-plain.ts'
export { httpErrors } from './errors.ts'
export { type KeyPlace, type ReadKeys, readIssuerKeys } from './issuer-keys.ts'
export { joinStreams } from './join-streams.ts'
export { isSocketServed, listenOnSocket } from './listen-on-socket.ts'
export { makeServer, type ServerOptions } from './make-server.ts'
export { maxHeaderBytes } from './max-header-bytes.ts'
export { type LineStream, streamLines } from './ndjson.ts'
export {
  fetchJson,
  makeOutbound,
  type Outbound,
  type OutboundAnswer,
  type OutboundRequest,
} from './outbound.ts'
export { type PipeOutcome, type PipeTarget, pipe } from './pipe.ts'
export { pipeUpgrade, type Upgrade, type UpgradeTarget } from './pipe-upgrade.ts'
export { plainAddress } from './plain-address.ts'
export {
  type AllowedNetwork,
  badNetworkEntries,
  isPublicAddress,
  parseAllowedNetwork,
} from './private-network.ts'
export { makeRateLimiter, type RateLimit, type RateLimiter } from './rate-limiter.ts'
export { readBody } from './read-body.ts'
export type { SchemeProblem, ServicePlugin } from './request.ts'
export { type TrustedIssuers, trustIssuers } from './trusted-issuers.ts'
export { type Answer, type Follow, type UnixClient, unixClient } from './unix-client.ts'
export { makeUpstreams, type Upstreams } from './upstream/upstreams.ts'
