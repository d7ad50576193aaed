// Removes or changes a second factor: its owner from a session that showed one, or an administrator.

import { isDatabaseError } from '@plinth/postgres'
import type { Db, Origin, Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { deleteFactor } from '../sql/delete-factor.ts'
import { updateFactor } from '../sql/update-factor.ts'
import { type Actor, recordDeed } from './audit.ts'
import { factorMethods } from './factor-kinds.ts'
import type { Draft } from './letter.ts'
import type { Me } from './load-caller.ts'
import { noticeOf } from './notice.ts'
import { parsePhone } from './phone-number.ts'
import { iso } from './time.ts'
import type { FactorRow, UserRow } from './user-row.ts'

const remove = (db: Db, userId: string, { id, factor_type: type }: FactorRow): Promise<void> =>
  deleteFactor(db, { id, userId, method: factorMethods[type] })

export const unenrollFactor = async (
  parts: Parts,
  me: Me,
  factor: FactorRow,
  origin: Origin,
): Promise<readonly Draft[]> => {
  const { user, session } = me
  if (factor.status === 'verified' && session?.aal !== 'aal2') throw errors.aal2ToUnenroll()
  await parts.pool.transaction(async (db) => {
    await remove(db, user.id, factor)
    const traits = { factor_id: factor.id, factor_status: factor.status, session_id: session?.id }
    await recordDeed(db, parts.clock(), { actor: user, action: 'factor_unenrolled', origin, traits })
  })
  return noticeOf(parts, user, 'mfa_factor_unenrolled', { FactorType: factor.factor_type })
}

type Administration = {
  readonly actor: Actor
  readonly user: UserRow
  readonly factor: FactorRow
  readonly origin: Origin
}

export const removeFactor = (parts: Parts, { user, factor, origin }: Administration): Promise<void> =>
  parts.pool.transaction(async (db) => {
    const traits = { user_id: user.id, factor_id: factor.id }
    await recordDeed(db, parts.clock(), { actor: user, action: 'factor_deleted', origin, traits })
    await remove(db, user.id, factor)
  })

/** Empty texts leave as it is what they stand for; only phones have a number. */
export const changeFactor = (
  parts: Parts,
  { actor, user, factor, origin }: Administration,
  { name, phone }: { readonly name: string; readonly phone: string },
): Promise<void> => {
  const isPhone = phone !== '' && factor.factor_type === 'phone'
  const changes = { name, phone: isPhone ? parsePhone(phone) : '' }
  return parts.pool.transaction(async (db) => {
    await updateFactor(db, factor.id, changes, iso(parts.clock())).catch((error: unknown) => {
      if (isDatabaseError(error) && error.sqlstate === '23505') throw errors.factorTaken()
      throw error
    })
    const traits = { user_id: user.id, factor_id: factor.id, factor_type: factor.factor_type }
    await recordDeed(db, parts.clock(), { actor, action: 'factor_updated', origin, traits })
  })
}
