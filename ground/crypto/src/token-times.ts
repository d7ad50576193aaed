// When a token counts: `exp`, `nbf` and `iat` against the clock, with some skew.

import { type Claims, TokenError } from './token.ts'

export type TimeRules = {
  /** Seconds by which clocks may differ. */
  readonly clockSkew: number
  /** Whether a token that says it was issued later than now is refused. */
  readonly isIssueChecked: boolean
}

/** Milliseconds since the epoch, the second one excluded. */
export type Life = { readonly from: number; readonly until: number }

const timeOf = (claims: Claims, name: 'exp' | 'nbf' | 'iat'): number | undefined => {
  const time = claims[name]
  if (time === undefined || typeof time === 'number') return time
  throw new TokenError('malformed', `the claim ${name} is not a number`)
}

/** When the token counts, by a clock that may yet be set; throws when it does not count now. */
export const lifeOf = (claims: Claims, { clockSkew, isIssueChecked }: TimeRules, now: number): Life => {
  const starts = (time: number | undefined) => (time === undefined ? 0 : (time - clockSkew) * 1000)
  const exp = timeOf(claims, 'exp')
  const until = exp === undefined ? Number.POSITIVE_INFINITY : (exp + clockSkew) * 1000
  if (until <= now) throw new TokenError('expired', 'the token is expired')
  const valid = starts(timeOf(claims, 'nbf'))
  if (valid > now) throw new TokenError('not_yet_valid', 'the token is not valid yet')
  const iat = timeOf(claims, 'iat')
  const issued = isIssueChecked ? starts(iat) : 0
  if (issued > now) throw new TokenError('issued_in_future', 'the token was issued in the future')
  return { from: Math.max(valid, issued), until }
}
