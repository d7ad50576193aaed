// Claims → the caller that services see.

import type { Caller, KeyKind } from '@plinth/contracts'
import type { Claims } from '@plinth/crypto'

/** A token that names no role runs as `anon`. */
const roleOf = ({ role }: Claims): string => (typeof role === 'string' && role !== '' ? role : 'anon')

export const callerOf = (claims: Claims, keyKind: KeyKind, token: string | undefined): Caller =>
  Object.freeze({ role: roleOf(claims), claims, claimsJson: JSON.stringify(claims), keyKind, token })

/** Who comes without a key to an open address, and who comes with a token that does not count. */
export const nobody = (keyKind: KeyKind = 'none'): Caller => callerOf({ role: 'anon' }, keyKind, undefined)
