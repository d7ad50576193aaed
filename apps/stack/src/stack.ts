// A stack is a value: everything one branch serves, built from its spec and its place and never changed.

import { createServer } from 'node:http'
import { authService } from '@plinth/auth'
import type { Observe, StackApiKey, StackSpec } from '@plinth/contracts'
import { makeSigner, makeVerifier, platformKeyOf, sha256Base64Url } from '@plinth/crypto'
import { gatewayDialect, makeGateway } from '@plinth/gateway'
import {
  type Handle,
  makeOutbound,
  makeServer,
  NodeCarrier,
  type Outbound,
  type TrustedIssuers,
  trustIssuers,
} from '@plinth/http'
import { restLine } from '@plinth/rest'
import { type LateApi, openApi } from './api.ts'
import { type AwaitKeys, awaitKeys } from './await-keys.ts'
import type { Database } from './database.ts'
import type { Served } from './front.ts'
import { openRequests } from './requests.ts'

export type Stack = Served & { readonly spec: StackSpec; readonly database: Database }

type Parts = {
  readonly spec: StackSpec
  readonly database: Database
  readonly api: Pick<LateApi, 'current' | 'config'>
  readonly observe: Observe
  readonly outbound: Outbound
}

/** Opens what an administrator may do to whoever runs the platform, whatever keys the owner keeps. */
const platformKey = ({ database }: StackSpec): StackApiKey => ({
  id: 'platform',
  type: 'secret',
  name: 'platform',
  hash: sha256Base64Url(platformKeyOf(database.passwords.supabase_admin)),
  role: 'service_role',
})

const gatewayOf = ({ spec, database, api, observe, outbound }: Parts, others?: TrustedIssuers) =>
  makeGateway({
    spec: { ...spec, apiKeys: [...spec.apiKeys, platformKey(spec)] },
    observe,
    others,
    services: {
      auth: authService({
        pool: database.auth,
        config: spec.auth,
        signer: makeSigner(spec.jwt),
        verifier: makeVerifier({ ...spec.jwt, others }),
        publicUrl: spec.publicUrl,
        clock: Date.now,
        observe,
        outbound,
      }),
    },
    direct: { rest: restLine({ line: database.line, schema: api, config: api.config, observe }) },
  })

/** All services behind the gateway, on a server without a socket: the front hands it requests. */
export const mountServices = async (parts: Parts): Promise<Served> => {
  let framework: Handle | undefined
  const { issuers = [] } = parts.spec.jwt
  const others = issuers.length === 0 ? undefined : trustIssuers(issuers, parts)
  const gateway = gatewayOf(parts, others)
  const app = makeServer({
    observe: parts.observe,
    ref: parts.spec.ref,
    bodyLimit: parts.spec.limits.bodyBytes,
    trustProxy: true,
    dialect: gatewayDialect,
    serverFactory: (handler) => {
      framework = handler
      return createServer()
    },
  })
  await app.register(gateway.plugin)
  await app.ready()
  if (framework === undefined) throw new Error('Fastify made no server.')
  const slower = framework
  const { findDirect } = gateway
  const handle: Handle = (request, response) => {
    const direct = findDirect(request.url ?? '/')
    if (direct === undefined) slower(request, response)
    else direct(new NodeCarrier(request, response))
  }
  return {
    ...(others === undefined
      ? { handle, findDirect }
      : behindKeys({ handle, findDirect }, awaitKeys(parts.spec.jwt, others))),
    close: async () => {
      others?.close()
      await app.close()
    },
  }
}

type Doors = Pick<Served, 'handle' | 'findDirect'>

const behindKeys = ({ handle, findDirect }: Doors, wait: AwaitKeys): Doors => ({
  handle: (request, response) => wait(request.headers.authorization, () => handle(request, response)),
  findDirect: (url) => {
    const direct = findDirect(url)
    return direct && ((carrier) => wait(carrier.headers.authorization, () => direct(carrier)))
  },
})

export type StackDeps = {
  /** Stays its giver's: a value does not close it. */
  readonly database: Database
  readonly observe: Observe
  /** Carries requests to other services; without it they go to the public network only. */
  readonly outbound?: Outbound | undefined
  /** Ends the wait for a database that does not come. */
  readonly signal: AbortSignal
}

/** Builds the value; resolves when the first request can be answered. */
export const openStack = async (
  spec: StackSpec,
  { database, observe, outbound = makeOutbound(), signal }: StackDeps,
): Promise<Stack> => {
  const requests = openRequests(spec, database, { observe, outbound })
  const api = openApi(spec, database, observe, requests.look)
  // Side by side: the database is often still starting when the spec comes in.
  const mounting = mountServices({ spec, database, api, observe, outbound })
  const close = async () => {
    await (await mounting).close()
    await api.close()
    await requests.close()
  }
  try {
    const [{ handle, findDirect }] = await Promise.all([mounting, api.open(signal)])
    return { spec, database, handle, findDirect, close }
  } catch (error) {
    await close().catch(() => undefined)
    throw error
  }
}
