// Asks for a second factor: what is shown next answers this challenge, from the same address, within five minutes.

import { randomUUID } from 'node:crypto'
import type { Origin, Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import type { SecretFactor } from '../sql/find-factor.ts'
import { insertChallenge } from '../sql/insert-challenge.ts'
import { recordDeed } from './audit.ts'
import { iso } from './time.ts'
import type { UserRow } from './user-row.ts'

export const challengeLifetime = 300_000

/** Stored where a request came without an address. */
export const unknownIp = '0.0.0.0'

export type Challenged = { readonly id: string; readonly type: string; readonly expires_at: number }

type Asking = { readonly user: UserRow; readonly factor: SecretFactor; readonly origin: Origin }

/** Only authenticator apps can be set up, so only they are asked for. */
export const checkFactorType = ({ config }: Parts, { factor_type: type }: SecretFactor): void => {
  if (type === 'phone') throw errors.factorVerifyDisabled('phone', 'Phone')
  if (type === 'webauthn') throw errors.factorVerifyDisabled('webauthn', 'WebAuthn')
  if (!config.mfa_totp_verify_enabled) throw errors.factorVerifyDisabled('totp', 'TOTP')
}

export const challengeFactor = async (
  parts: Parts,
  { user, factor, origin }: Asking,
): Promise<Challenged> => {
  checkFactorType(parts, factor)
  const now = parts.clock()
  const id = randomUUID()
  await parts.pool.transaction(async (db) => {
    await insertChallenge(db, { id, factorId: factor.id, ip: origin.ip ?? unknownIp, at: iso(now) })
    const traits = { factor_id: factor.id, factor_status: factor.status }
    await recordDeed(db, now, { actor: user, action: 'challenge_created', origin, traits })
  })
  const expires_at = Math.floor((now + challengeLifetime) / 1000)
  return { id, type: factor.factor_type, expires_at }
}
