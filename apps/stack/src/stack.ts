// A stack is a value: everything one branch serves, built from its spec and its place and never changed.

import { createServer, type ServerResponse } from 'node:http'
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
  const [{ authService }, { makeServer }] = await Promise.all([import('@plinth/auth'), import('./server.ts')])
  return { authService, makeServer }
}

const authOf =
  ({ spec, database, observe, outbound }: Parts, others: TrustedIssuers | undefined): ServicePlugin =>
  async (app) => {
    const { authService } = await loadServices()
    const auth = authService({
      pool: database.auth,
      config: spec.auth,
      signer: makeSigner(spec.jwt),
      verifier: makeVerifier({ ...spec.jwt, others }),
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

type Mounted = { readonly handle: Handle; readonly close: () => Promise<unknown> }

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
  await app.register(gateway.plugin)
  await app.ready()
  if (handle === undefined) throw new Error('Fastify made no server.')
  return { handle, close: () => app.close() }
}

const sendBroken = (response: ServerResponse): void => {
  response.writeHead(500, { 'content-type': 'application/json; charset=utf-8' })
  response.end(JSON.stringify({ message: 'This service could not be started. Its log says why.' }))
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
  let mounted: Mounted | undefined
  let mounting: Promise<Mounted> | undefined
  const mountOnce = () => {
    mounting ??= mount(parts, gateway).then((done) => {
      mounted = done
      return done
    })
    return mounting
  }
  const mountFor: Handle = (request, response) =>
    void mountOnce().then(
      ({ handle }) => handle(request, response),
      (error: unknown) => {
        parts.observe({ level: 'error', event: 'services.not_mounted', error })
        sendBroken(response)
      },
    )
  const { findDirect } = gateway
  const handle: Handle = (request, response) => {
    const direct = findDirect(request.url ?? '/')
    if (direct === undefined) (mounted?.handle ?? mountFor)(request, response)
    else direct(new NodeCarrier(request, response))
  }
  return {
    ...(others === undefined
      ? { handle, findDirect }
      : behindKeys({ handle, findDirect }, awaitKeys(parts.spec.jwt, others))),
    mount: mountOnce,
    close: async () => {
      others?.close()
      await (await mounting?.catch(() => undefined))?.close()
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
