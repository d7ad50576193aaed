// When a token counts: `exp`, `nbf` and `iat` against the clock, with some skew.

import { type Claims, TokenError } from './token.ts'

const timeOf = (claims: Claims, name: 'exp' | 'nbf' | 'iat'): number | undefined => {
  const time = claims[name]
  if (time === undefined || typeof time === 'number') return time
  throw new TokenError('malformed', `the claim ${name} is not a number`)
}

/** Milliseconds at which the token stops to count; throws when it does not count now. */
export const validUntil = (claims: Claims, skewSeconds: number, now: number): number => {
  const exp = timeOf(claims, 'exp')
  const until = exp === undefined ? Number.POSITIVE_INFINITY : (exp + skewSeconds) * 1000
  if (until <= now) throw new TokenError('expired', 'the token is expired')
  const start = Math.max(timeOf(claims, 'nbf') ?? 0, timeOf(claims, 'iat') ?? 0)
  if ((start - skewSeconds) * 1000 > now) throw new TokenError('not_yet_valid', 'the token is not valid yet')
  return until
}
