// API keys → what they open. A key that was seen and valid is found again without hashing it.

import type { KeyKind, StackApiKey } from '@plinth/contracts'
import { sha256Base64Url } from '@plinth/crypto'

/** What stands behind one valid key. One object per key: callers are cached on it. */
export type Door = { readonly kind: Exclude<KeyKind, 'none'>; readonly role: string; readonly key: string }

export type FindDoor = (key: string) => Door | undefined

/** Looks keys up by digest, as the spec holds them. Remembers only valid ones, so memory is bounded by the spec. */
export const doorFinder = (apiKeys: readonly StackApiKey[]): FindDoor => {
  const byHash = new Map(apiKeys.map((key) => [key.hash, key]))
  const doors = new Map<string, Door>()
  return (key) => {
    const known = doors.get(key)
    if (known !== undefined) return known
    const found = byHash.get(sha256Base64Url(key))
    if (found === undefined) return undefined
    const door = { kind: found.type, role: found.role, key }
    doors.set(key, door)
    return door
  }
}
