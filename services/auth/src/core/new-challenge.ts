// A challenge as every kind of second factor begins it.

import { randomUUID } from 'node:crypto'
import type { Origin, Parts } from '../deps.ts'
import type { SecretFactor } from '../sql/find-factor.ts'
import type { Post } from './post.ts'
import { iso } from './time.ts'
import type { UserRow } from './user-row.ts'

/** Milliseconds. */
export const challengeLifetime = 300_000

/** Stored where a request came without an address. */
export const unknownIp = '0.0.0.0'

export type Challenged = {
  readonly id: string
  readonly type: string
  /** Seconds since the epoch. */
  readonly expires_at: number
  readonly webauthn?: { readonly type: 'create' | 'request'; readonly credential_options: object }
}

export type Asking = {
  readonly user: UserRow
  readonly factor: SecretFactor
  /** How a code is to reach a phone; empty for the usual way. */
  readonly channel: string
  readonly origin: Origin
}

export type AskingParts = Parts & { readonly post: Post }

export const newChallenge = (parts: Parts, { factor, origin }: Asking) => {
  const now = parts.clock()
  const row = { id: randomUUID(), factorId: factor.id, ip: origin.ip ?? unknownIp, at: iso(now) }
  const expires_at = Math.floor((now + challengeLifetime) / 1000)
  return { row, answer: { id: row.id, type: factor.factor_type, expires_at } }
}
