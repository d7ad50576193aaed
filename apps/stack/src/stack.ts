// A stack is a value: everything one branch serves, built from its spec and its place and never changed.

import { createServer } from 'node:http'
import type { Observe, StackApiKey, StackSpec } from '@plinth/contracts'
import { makeSigner, makeVerifier, platformKeyOf, sha256Base64Url } from '@plinth/crypto'
import { type Gateway, gatewayDialect, makeGateway } from '@plinth/gateway'
import {
  type Handle,
  makeOutbound,
  NodeCarrier,
  type Outbound,
  type ServicePlugin,
  type TrustedIssuers,
  trustIssuers,
} from '@plinth/http'
import { restLine } from '@plinth/rest'
import { type LateApi, openApi } from './api.ts'
import { type AwaitKeys, awaitKeys } from './await-keys.ts'
import type { Database } from './database.ts'
import type { Served } from './front.ts'
import { type Mounted, mountWhenAsked } from './mount-when-asked.ts'
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

/** The other services and the framework under them: half of all code, loaded when they are first asked or by a spare. */
const loadServices = async () => {
  const [{ authService, tokenTimes }, { makeServer }] = await Promise.all([
    import('@plinth/auth'),
    import('./server.ts'),
  ])
  return { authService, tokenTimes, makeServer }
}

const authOf =
  ({ spec, database, observe, outbound }: Parts, others: TrustedIssuers | undefined): ServicePlugin =>
  async (app) => {
    const { authService, tokenTimes } = await loadServices()
    const auth = authService({
      pool: database.auth,
      config: spec.auth,
      signer: makeSigner(spec.jwt),
      verifier: makeVerifier({ ...spec.jwt, others, times: tokenTimes }),
      publicUrl: spec.publicUrl,
      clock: Date.now,
      observe,
      outbound,
    })
    await app.register(auth)
  }

const gatewayOf = (parts: Parts, others?: TrustedIssuers): Gateway => {
  const { spec, database, api, observe } = parts
  return makeGateway({
    spec: { ...spec, apiKeys: [...spec.apiKeys, platformKey(spec)] },
    observe,
    others,
    services: { auth: authOf(parts, others) },
    direct: { rest: restLine({ line: database.line, schema: api, config: api.config, observe }) },
  })
}

/** Everything that is not on the hot line, on a server without a socket. */
const mount = async ({ spec, observe }: Parts, gateway: Gateway): Promise<Mounted> => {
  const { makeServer } = await loadServices()
  let handle: Handle | undefined
  const app = makeServer({
    observe,
    ref: spec.ref,
    bodyLimit: spec.limits.bodyBytes,
    trustProxy: true,
    dialect: gatewayDialect,
    serverFactory: (handler) => {
      handle = handler
      return createServer()
    },
  })
  try {
    await app.register(gateway.plugin)
    await app.ready()
    if (handle === undefined) throw new Error('Fastify made no server.')
    return { handle, close: () => app.close() }
  } catch (error) {
    await app.close().catch(() => undefined)
    throw error
  }
}

export type Services = Served & {
  /** Loads and mounts what is otherwise mounted with the first request for it. */
  readonly mount: () => Promise<unknown>
}

/** All services behind the gateway: the front hands them requests. */
export const makeServices = (parts: Parts): Services => {
  const { issuers = [] } = parts.spec.jwt
  const others = issuers.length === 0 ? undefined : trustIssuers(issuers, parts)
  const gateway = gatewayOf(parts, others)
  const mounted = mountWhenAsked(() => mount(parts, gateway), parts.observe)
  const { findDirect } = gateway
  const handle: Handle = (request, response) => {
    const direct = findDirect(request.url ?? '/')
    if (direct === undefined) mounted.handle(request, response)
    else direct(new NodeCarrier(request, response))
  }
  return {
    ...(others === undefined
      ? { handle, findDirect }
      : behindKeys({ handle, findDirect }, awaitKeys(parts.spec.jwt, others))),
    mount: mounted.mount,
    close: async () => {
      others?.close()
      await mounted.close()
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
  /** Another value serves meanwhile: there is time to find out whether everything of this one can be mounted. */
  readonly isReplacement: boolean
}

/** Builds the value; resolves when the first request can be answered. */
export const openStack = async (
  spec: StackSpec,
  { database, observe, outbound = makeOutbound(), signal, isReplacement }: StackDeps,
): Promise<Stack> => {
  const requests = openRequests(spec, database, { observe, outbound })
  const api = openApi(spec, database, observe, requests.look)
  const services = makeServices({ spec, database, api, observe, outbound })
  const close = async () => {
    await services.close()
    await api.close()
    await requests.close()
  }
  try {
    await Promise.all([isReplacement && services.mount(), api.open(signal)])
    const { handle, findDirect } = services
    return { spec, database, handle, findDirect, close }
  } catch (error) {
    await close().catch(() => undefined)
    throw error
  }
}
