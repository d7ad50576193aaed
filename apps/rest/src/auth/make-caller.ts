// Who is asking: the role and claims of the bearer token, or the anonymous role.

import type { Caller } from '@plinth/contracts'
import { LRUCache } from 'lru-cache'
import type { RolePath } from '../config/role-path.ts'
import { checkClaims } from './check-claims.ts'
import type { TokenKey } from './keys.ts'
import { authErrors } from './problems.ts'
import { type Claims, verifyToken } from './verify.ts'

export type CallerSettings = {
  /** Absent: no token can be checked. */
  readonly keys: readonly TokenKey[] | undefined
  readonly audience: string | null
  readonly rolePath: RolePath
  readonly anonRole: string | null
  /** Verified tokens kept; 0 keeps none. */
  readonly cacheMaxEntries: number
}

export type CacheCounts = { requests: number; hits: number; evictions: number }

/** Makes the caller of a request from its `Authorization`; throws one of `authErrors`. */
export type MakeCaller = (authorization: string | undefined, nowMs: number) => Caller

type Verified = { readonly claims: Claims; readonly caller: Caller | undefined }

/** A bare `Bearer` sends an empty token. */
const bearer = /^bearer(?:\s+(.*))?$/is

const none: Claims = {}

export const makeCaller = (settings: CallerSettings, counts: CacheCounts): MakeCaller => {
  const { keys, audience, rolePath, anonRole, cacheMaxEntries } = settings

  const callerOf = (claims: Claims, token: string | undefined): Caller | undefined => {
    const found = rolePath.find(claims) ?? anonRole
    if (found === null) return undefined
    const role = typeof found === 'string' ? found : JSON.stringify(found)
    const shown = { ...claims, role }
    return Object.freeze({ role, claims: shown, claimsJson: JSON.stringify(shown), keyKind: 'none', token })
  }

  const cache =
    cacheMaxEntries > 0
      ? new LRUCache<string, Verified>({
          max: cacheMaxEntries,
          dispose: (_value, _key, reason) => {
            if (reason === 'evict') counts.evictions += 1
          },
        })
      : undefined

  const verify = (token: string): Verified => {
    if (keys === undefined) throw authErrors.noSecret()
    if (cache !== undefined) counts.requests += 1
    const known = cache?.get(token)
    if (known !== undefined) {
      counts.hits += 1
      return known
    }
    const claims = verifyToken(keys, token)
    const verified = { claims, caller: callerOf(claims, token) }
    cache?.set(token, verified)
    return verified
  }

  const nobody = { claims: none, caller: callerOf(none, undefined) }

  return (authorization, nowMs) => {
    const sent = bearer.exec(authorization ?? '')
    const { claims, caller } = sent === null ? nobody : verify(sent[1] ?? '')
    checkClaims(claims, audience, nowMs)
    if (caller === undefined) throw authErrors.anonymousOff()
    return caller
  }
}
