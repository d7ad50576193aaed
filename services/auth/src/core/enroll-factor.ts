// First step of a second factor: a secret for an authenticator app. It counts once its owner shows a code.

import { randomUUID } from 'node:crypto'
import encodeQR from 'qr'
import type { Origin, Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { deleteStaleFactors } from '../sql/delete-stale-factors.ts'
import { insertFactor } from '../sql/insert-factor.ts'
import { recordDeed } from './audit.ts'
import type { Me } from './load-caller.ts'
import { getUser } from './new-user.ts'
import type { SessionRow } from './session-row.ts'
import { iso } from './time.ts'
import { newTotpSecret, totpUri } from './totp.ts'
import type { UserRow } from './user-row.ts'

export type FactorWish = {
  readonly factor_type: string
  readonly friendly_name: string
  readonly issuer: string
}

export type Enrolled = {
  readonly id: string
  readonly type: 'totp'
  readonly friendly_name: string
  readonly totp: { readonly qr_code: string; readonly secret: string; readonly uri: string }
}

const staleAfter = 5 * 60_000

const checkType = ({ config }: Parts, type: string): void => {
  if (type === 'phone') throw errors.enrollDisabled('phone', 'Phone')
  if (type === 'webauthn') throw errors.enrollDisabled('webauthn', 'WebAuthn')
  if (type !== 'totp') throw errors.invalid('factor_type needs to be totp, phone, or webauthn')
  if (!config.mfa_totp_enroll_enabled) throw errors.enrollDisabled('totp', 'TOTP')
}

const checkRoom = ({ config }: Parts, user: UserRow, session: SessionRow, name: string): void => {
  const { factors } = user
  if (factors.some((factor) => (factor.friendly_name ?? '') === name)) throw errors.factorNameTaken(name)
  if (factors.length >= config.mfa_max_enrolled_factors) throw errors.tooManyFactors()
  const hasVerified = factors.some(({ status }) => status === 'verified')
  if (hasVerified && session.aal !== 'aal2') throw errors.aal2ToEnroll()
}

const siteHost = (siteUrl: string): string => (URL.canParse(siteUrl) ? new URL(siteUrl).host : siteUrl)

export const enrollFactor = async (
  parts: Parts,
  me: Me,
  wish: FactorWish,
  origin: Origin,
): Promise<Enrolled> => {
  const { session } = me
  if (session === undefined) throw errors.noSession()
  checkType(parts, wish.factor_type)
  const { friendly_name: name } = wish
  const id = randomUUID()
  const secret = newTotpSecret()
  const account = me.user.email || me.user.phone || me.user.id
  const issuer = wish.issuer === '' ? siteHost(parts.config.site_url) : wish.issuer
  const uri = totpUri({ issuer, account, secret })
  await parts.pool.transaction(async (db) => {
    const now = parts.clock()
    await deleteStaleFactors(db, me.user.id, iso(now - staleAfter))
    checkRoom(parts, await getUser(db, me.user.id), session, name)
    await insertFactor(db, { id, userId: me.user.id, name, secret, at: iso(now) })
    const traits = { factor_id: id }
    await recordDeed(db, now, { actor: me.user, action: 'factor_in_progress', origin, traits })
  })
  return { id, type: 'totp', friendly_name: name, totp: { qr_code: encodeQR(uri, 'svg'), secret, uri } }
}
