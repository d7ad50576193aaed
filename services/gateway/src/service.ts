// What the gateway is made of: browsers allowed, then one gate in front of each service.

import type { StackSpec } from '@plinth/contracts'
import { allowBrowsers, type ServicePlugin } from '@plinth/http'
import { admit, type Gate } from './admit.ts'
import { makeIdentify } from './caller.ts'
import { gatewayErrors } from './errors.ts'
import { makeAllow } from './limits.ts'
import { mounts, type ServiceName } from './routes.ts'

export type GatewayDeps = {
  readonly spec: Pick<StackSpec, 'ref' | 'jwt' | 'apiKeys' | 'limits'>
  /** What this stack runs; addresses of the others answer 501. */
  readonly services: { readonly [Name in ServiceName]?: ServicePlugin }
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

/**
 * Register it on the stack's root: CORS then covers unknown paths too. Services are mounted below their public
 * prefix and find `request.caller` set.
 */
export const gatewayService = ({ spec, services }: GatewayDeps): ServicePlugin => {
  const identify = makeIdentify(spec)
  const allow = makeAllow(spec.limits)
  const plugin: ServicePlugin = async (app) => {
    allowBrowsers(app)
    for (const { prefix, service, needs } of mounts) {
      const gate: Gate = { needs, identify, allow }
      await app.register(gated(services[service] ?? notOffered(service), gate), { prefix })
    }
  }
  // Without a scope of its own (Fastify's documented switch): its hooks hold for the whole server.
  return Object.assign(plugin, { [Symbol.for('skip-override')]: true })
}
