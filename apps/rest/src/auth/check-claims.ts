// What a token says about its own validity: times, with 30 seconds of skew, and audience.

import { authErrors } from './problems.ts'
import type { Claims } from './verify.ts'

const skewSeconds = 30

const timeOf = (claims: Claims, name: 'exp' | 'nbf' | 'iat'): number | undefined => {
  const value = claims[name]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'number') throw authErrors.badClaims(`The JWT '${name}' claim must be a number`)
  // PostgREST reads a fraction as nought.
  return Number.isInteger(value) ? value : 0
}

const isText = (value: unknown): value is string => typeof value === 'string'

const audiencesOf = ({ aud }: Claims): readonly string[] => {
  if (aud === undefined || aud === null) return []
  if (isText(aud)) return [aud]
  if (Array.isArray(aud) && aud.every(isText)) return aud
  throw authErrors.badClaims("The JWT 'aud' claim must be a string or an array of strings")
}

/** Throws the first thing that is wrong, in PostgREST's order. */
export const checkClaims = (claims: Claims, audience: string | null, nowMs: number): void => {
  const now = Math.floor(nowMs / 1000)
  const expires = timeOf(claims, 'exp')
  if (expires !== undefined && expires < now - skewSeconds) throw authErrors.badClaims('JWT expired')
  const begins = timeOf(claims, 'nbf')
  if (begins !== undefined && begins > now + skewSeconds) throw authErrors.badClaims('JWT not yet valid')
  const issued = timeOf(claims, 'iat')
  if (issued !== undefined && issued > now + skewSeconds) throw authErrors.badClaims('JWT issued at future')
  const audiences = audiencesOf(claims)
  if (audience !== null && audiences.length > 0 && !audiences.includes(audience))
    throw authErrors.badClaims('JWT not in audience')
}
