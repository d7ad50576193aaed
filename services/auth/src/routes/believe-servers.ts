// A server that renders pages asks on behalf of its visitors. Where the owner allows it, one that shows a secret
// key may say in `Sb-Forwarded-For` whose request it is: limits, sessions and the audit log then count that address.

import { isIP } from 'node:net'
import type { AuthConfig } from '@plinth/contracts'
import type { FastifyInstance, FastifyRequest } from 'fastify'

/** Only the gateway knows the key; where none stands in front, whoever reaches the service is trusted. */
const isTrusted = ({ caller }: FastifyRequest): boolean =>
  caller === undefined || caller.keyKind === 'secret' || caller.role === 'service_role'

const addressIn = ({ headers }: FastifyRequest): string => {
  const value = headers['sb-forwarded-for']
  return typeof value === 'string' ? (value.split(',', 1)[0] ?? '').trim() : ''
}

export const believeServers = (app: FastifyInstance, config: AuthConfig): void => {
  if (!config.security_sb_forwarded_for_enabled) return
  app.addHook('onRequest', (request, _reply, done) => {
    const ip = addressIn(request)
    if (isIP(ip) !== 0 && isTrusted(request)) Object.defineProperty(request, 'ip', { value: ip })
    done()
  })
}
