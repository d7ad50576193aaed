// Callers of a bare key. A legacy key is a token itself; for the new opaque keys the gateway makes a
// short-lived token, so that everything behind it sees a JWT either way.

import type { Caller } from '@plinth/contracts'
import { signHs256, type Verifier } from '@plinth/crypto'
import type { Door } from './api-keys.ts'
import { callerOf } from './callers.ts'

type MintOptions = {
  readonly ref: string
  readonly secret: string
  readonly verifier: Verifier
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

const lifetimeSeconds = 600
/** A token is handed out for this long and is then good for the rest of its life. */
const renewAfterMs = 300_000

type Minted = { readonly caller: Caller; readonly at: number }

const mint = (door: Door, { ref, secret, now }: MintOptions): Minted => {
  const iat = Math.floor(now() / 1000)
  const claims = { iss: 'supabase', ref, role: door.role, iat, exp: iat + lifetimeSeconds }
  return { caller: callerOf(claims, door.kind, signHs256(secret, claims)), at: now() }
}

/** Gives the caller of a key that came alone; one object per key until its token is renewed. */
export const keyCallers = (options: MintOptions): ((door: Door) => Caller) => {
  const minted = new WeakMap<Door, Minted>()
  return (door) => {
    const known = minted.get(door)
    const age = known === undefined ? Number.NaN : options.now() - known.at
    // Younger than nothing: the clock was set back, and the token of before says that it comes from the future.
    if (known !== undefined && age >= 0 && age < renewAfterMs) return known.caller
    const fresh =
      door.kind === 'legacy'
        ? {
            caller: callerOf(options.verifier.verify(door.key), door.kind, door.key),
            at: options.now(),
          }
        : mint(door, options)
    minted.set(door, fresh)
    return fresh.caller
  }
}
