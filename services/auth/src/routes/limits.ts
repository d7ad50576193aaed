// How often one address may try. In memory: a branch has one stack process.

import type { AuthConfig } from '@plinth/contracts'
import { makeRateLimiter, type RateLimiter } from '@plinth/http'
import type { FastifyRequest } from 'fastify'
import { errors } from '../errors.ts'

const families = [
  'anonymous',
  'signup',
  'token',
  'verify',
  'otp',
  'magiclink',
  'recover',
  'resend',
  'user',
  'factor_challenge',
  'factor_verify',
  'oauth_register',
  'passkey',
  'web3',
  'sso',
  'saml_assertion',
] as const
type Family = (typeof families)[number]

/** Throws when the address of the request has done this too often. */
export type Limit = (family: Family, request: FastifyRequest) => void

const burst = 30
const perMinutes = (count: number, minutes: number) => ({ burst, perSecond: count / (minutes * 60) })

const rates = (config: AuthConfig): Readonly<Record<Family, { burst: number; perSecond: number }>> => {
  const otp = perMinutes(config.rate_limit_otp, 5)
  return {
    anonymous: {
      ...perMinutes(config.rate_limit_anonymous_users, 60),
      burst: config.rate_limit_anonymous_users,
    },
    signup: otp,
    token: perMinutes(config.rate_limit_token_refresh, 5),
    verify: perMinutes(config.rate_limit_verify, 5),
    otp,
    magiclink: otp,
    recover: otp,
    resend: otp,
    user: otp,
    factor_challenge: perMinutes(15, 1),
    factor_verify: perMinutes(15, 1),
    oauth_register: otp,
    passkey: perMinutes(30, 5),
    web3: perMinutes(config.rate_limit_web3, 5),
    sso: otp,
    saml_assertion: perMinutes(15, 5),
  }
}

export const makeLimit = (config: AuthConfig, clock: () => number): Limit => {
  const all = rates(config)
  const limiters = new Map<Family, RateLimiter>(
    families.map((name) => [name, makeRateLimiter(all[name], clock)]),
  )
  return (family, { ip }) => {
    if (ip !== undefined && ip !== '' && (limiters.get(family)?.take(ip) ?? 0) > 0)
      throw errors.tooManyRequests()
  }
}
