// First step of a second factor: a secret for an authenticator app, a phone number, or a place for a security key.
// It counts once its owner has shown it.

import { randomUUID } from 'node:crypto'
import type { Origin, Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { deleteFactor } from '../sql/delete-factor.ts'
import { deleteStaleFactors } from '../sql/delete-stale-factors.ts'
import { holdUser } from '../sql/hold-user.ts'
import { insertFactor } from '../sql/insert-factor.ts'
import { recordDeed } from './audit.ts'
import { checkEnrolling, type FactorKind, factorMethods, isFactorKind } from './factor-kinds.ts'
import type { Me } from './load-caller.ts'
import { getUser } from './new-user.ts'
import { parsePhone } from './phone-number.ts'
import type { SessionRow } from './session-row.ts'
import { iso } from './time.ts'
import { newTotpSecret, totpUri } from './totp.ts'
import type { FactorRow, UserRow } from './user-row.ts'

export type FactorWish = {
  readonly factor_type: string
  readonly friendly_name: string
  readonly issuer: string
  readonly phone: string
}

export type Enrolled = { readonly id: string; readonly type: FactorKind; readonly friendly_name: string }

/** What is kept with the factor, and what its owner is told about it. */
type Making = { readonly secret?: string; readonly phone?: string; readonly told: object }
type Maker = (parts: Parts, user: UserRow, wish: FactorWish) => Promise<Making>

const staleAfter = 5 * 60_000

const siteHost = (siteUrl: string): string => (URL.canParse(siteUrl) ? new URL(siteUrl).host : siteUrl)

const makers: Readonly<Record<FactorKind, Maker>> = {
  totp: async ({ config }, user, wish) => {
    const { default: encodeQR } = await import('qr')
    const secret = newTotpSecret()
    const account = user.email || user.phone || user.id
    const issuer = wish.issuer === '' ? siteHost(config.site_url) : wish.issuer
    const uri = totpUri({ issuer, account, secret })
    return { secret, told: { totp: { qr_code: encodeQR(uri, 'svg'), secret, uri } } }
  },
  phone: async (_parts, _user, { phone }) => {
    if (phone === '') throw errors.invalid('Phone number required to enroll Phone factor')
    return { phone: parsePhone(phone), told: { phone } }
  },
  webauthn: async () => ({ told: {} }),
}

const checkRoom = ({ config }: Parts, user: UserRow, session: SessionRow, name: string): void => {
  const { factors } = user
  if (factors.some((factor) => (factor.friendly_name ?? '') === name)) throw errors.factorNameTaken(name)
  if (factors.length >= config.mfa_max_enrolled_factors) throw errors.tooManyFactors()
  const hasVerified = factors.some(({ status }) => status === 'verified')
  if (hasVerified && session.aal !== 'aal2') throw errors.aal2ToEnroll()
}

/** The one that a new attempt with the same number takes the place of. */
const findReplaced = (user: UserRow, phone: string | undefined): FactorRow | undefined => {
  const same = user.factors.find((factor) => factor.factor_type === 'phone' && factor.phone === phone)
  if (same?.status === 'verified') throw errors.phoneFactorExists()
  return same
}

export const enrollFactor = async (
  parts: Parts,
  me: Me,
  wish: FactorWish,
  origin: Origin,
): Promise<Enrolled> => {
  const { session } = me
  const { friendly_name: name, factor_type: kind } = wish
  if (session === undefined) throw errors.noSession()
  if (!isFactorKind(kind)) throw errors.invalid('factor_type needs to be totp, phone, or webauthn')
  checkEnrolling(parts, kind)
  const { told, ...kept } = await makers[kind](parts, me.user, wish)
  const id = randomUUID()
  const userId = me.user.id
  await parts.pool.transaction(async (db) => {
    const now = parts.clock()
    await holdUser(db, userId)
    await deleteStaleFactors(db, userId, iso(now - staleAfter))
    const replaced = findReplaced(await getUser(db, userId), kept.phone)
    if (replaced !== undefined)
      await deleteFactor(db, { id: replaced.id, userId, method: factorMethods.phone })
    checkRoom(parts, await getUser(db, userId), session, name)
    await insertFactor(db, { id, userId, name, kind, ...kept, at: iso(now) })
    const traits = { factor_id: id, ...(kind === 'totp' ? {} : { factor_type: kind }) }
    await recordDeed(db, now, { actor: me.user, action: 'factor_in_progress', origin, traits })
  })
  return { id, type: kind, friendly_name: name, ...told }
}
