// What the gateway is made of: browsers allowed, then one gate in front of each service. Services that stand on the
// hot line are asked past the framework; the same gate is in front of them.

import type { Observe, StackSpec } from '@plinth/contracts'
import type { OtherKeys } from '@plinth/crypto'
import {
  allowBrowsers,
  type DirectHandle,
  type DirectService,
  directLine,
  type ServicePlugin,
} from '@plinth/http'
import { admit, enter, type Gate } from './admit.ts'
import { makeIdentify } from './caller.ts'
import { gatewayDialect } from './dialect.ts'
import { gatewayErrors } from './errors.ts'
import { makeAllow } from './limits.ts'
import { mounts, type ServiceName } from './routes.ts'

export type GatewayDeps = {
  readonly spec: Pick<StackSpec, 'ref' | 'jwt' | 'apiKeys' | 'limits'>
  /** What this stack runs; addresses of the others answer 501. */
  readonly services: { readonly [Name in ServiceName]?: ServicePlugin }
  /** What it runs on the hot line. */
  readonly direct: { readonly [Name in ServiceName]?: DirectService }
  readonly observe: Observe
  /** Keys of other issuers whose tokens count. */
  readonly others?: OtherKeys | undefined
}

export type Gateway = {
  /** For the stack's root: CORS then covers unknown paths too. Services find `request.caller` set. */
  readonly plugin: ServicePlugin
  /** Who takes an address past the framework. */
  readonly findDirect: (url: string) => DirectHandle | undefined
}

const titles: Readonly<Record<ServiceName, string>> = {
  auth: 'sign-in',
  rest: 'REST',
  graphql: 'GraphQL',
  storage: 'storage',
  realtime: 'realtime',
  functions: 'edge functions',
  meta: 'the catalogue API',
  ai: 'the AI service',
}

/** Behind the gate, so that who has no key learns nothing. */
const notOffered =
  (name: ServiceName): ServicePlugin =>
  async (app) => {
    const refuse = () => {
      throw gatewayErrors.notOffered(titles[name])
    }
    app.addHook('onRequest', refuse)
    app.all('/', refuse)
    app.all('/*', refuse)
  }

const gated =
  (service: ServicePlugin, gate: Gate): ServicePlugin =>
  async (app) => {
    app.addHook('onRequest', admit(gate))
    await app.register(service)
  }

type Place = { readonly prefix: string; readonly gate: Gate }

const placeDirect = ({ spec, observe }: GatewayDeps, { prefix, gate }: Place, service: DirectService) => ({
  prefix,
  handle: directLine({
    service,
    prefix,
    admit: (request) => enter(request, gate),
    allow: (request) => gate.allow(request, request),
    dialect: gatewayDialect,
    bodyLimit: spec.limits.bodyBytes,
    observe,
    ref: spec.ref,
  }),
})

/** Whether the address is the prefix or something below it. */
const isBelow = (url: string, prefix: string): boolean => {
  if (!url.startsWith(prefix)) return false
  const next = url[prefix.length]
  return next === undefined || next === '/' || next === '?'
}

export const makeGateway = (deps: GatewayDeps): Gateway => {
  const identify = makeIdentify(deps.spec, { others: deps.others })
  const allow = makeAllow(deps.spec.limits)
  const gateOf = ({ needs }: Pick<Gate, 'needs'>): Gate => ({ needs, identify, allow })
  const direct = mounts.flatMap(({ service, prefix, needs }) => {
    const one = deps.direct[service]
    return one === undefined ? [] : placeDirect(deps, { prefix, gate: gateOf({ needs }) }, one)
  })
  const plugin: ServicePlugin = async (app) => {
    allowBrowsers(app)
    for (const { prefix, service, needs } of mounts) {
      if (deps.direct[service] !== undefined) continue
      await app.register(gated(deps.services[service] ?? notOffered(service), gateOf({ needs })), { prefix })
    }
  }
  return {
    // Without a scope of its own (Fastify's documented switch): its hooks hold for the whole server.
    plugin: Object.assign(plugin, { [Symbol.for('skip-override')]: true }),
    findDirect: (url) => direct.find(({ prefix }) => isBelow(url, prefix))?.handle,
  }
}
