// Takes one of several ways to be known from an account. When it carried the account's address, the next best
// identity gives its own, unverified unless somebody vouched for it.

import { isDatabaseError } from '@plinth/postgres'
import type { Db, Origin, Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { deleteIdentity } from '../sql/delete-identity.ts'
import { deleteOneTimeTokens } from '../sql/delete-one-time-tokens.ts'
import { findUserOfAddress } from '../sql/find-user-of-address.ts'
import { type UserChanges, updateUser } from '../sql/update-user.ts'
import { recordDeed } from './audit.ts'
import type { Draft } from './letter.ts'
import { getUser } from './new-user.ts'
import { noticeOf } from './notice.ts'
import { refreshProviders } from './refresh-providers.ts'
import { iso } from './time.ts'
import type { IdentityRow, UserRow } from './user-row.ts'

const isVerified = ({ identity_data: data }: IdentityRow): boolean => data['email_verified'] === true

/** Verified addresses first, then others, then identities without one; older before newer. */
const rank = (identity: IdentityRow): number => (identity.email === null ? 2 : isVerified(identity) ? 0 : 1)

const noCodes = {
  confirmation_token: '',
  confirmation_sent_at: null,
  recovery_token: '',
  recovery_sent_at: null,
  email_change: '',
  email_change_token_current: '',
  email_change_token_new: '',
  email_change_sent_at: null,
  email_change_confirm_status: 0,
  phone_change: '',
  phone_change_token: '',
  phone_change_sent_at: null,
  reauthentication_token: '',
  reauthentication_sent_at: null,
} as const

const findFree = async (db: Db, user: UserRow): Promise<IdentityRow> => {
  const ranked = [...user.identities].sort((left, right) => rank(left) - rank(right))
  for (const identity of ranked) {
    if (identity.email === null) return identity
    const holder = await findUserOfAddress(db, { email: identity.email, aud: user.aud, exceptUser: user.id })
    if (holder === undefined) return identity
  }
  throw errors.identityConflict()
}

const promote = async (parts: Parts, db: Db, user: UserRow, at: string): Promise<void> => {
  if (user.identities.some(({ email }) => email === user.email)) return
  const next = await findFree(db, user)
  const counts = next.email !== null && (isVerified(next) || parts.config.mailer_autoconfirm)
  const doubt: UserChanges = counts
    ? {}
    : {
        email_confirmed_at: null,
        raw_user_meta_data: { ...user.raw_user_meta_data, email_verified: false },
      }
  await updateUser(db, user.id, { ...noCodes, ...doubt, email: next.email }, at)
  await deleteOneTimeTokens(db, user.id)
}

type Unlinking = { readonly user: UserRow; readonly identityId: string; readonly origin: Origin }

export const unlinkIdentity = async (
  parts: Parts,
  { user, identityId, origin }: Unlinking,
): Promise<readonly Draft[]> => {
  if (user.identities.length <= 1) throw errors.lastIdentity()
  const identity = user.identities.find(({ id }) => id === identityId)
  if (identity === undefined) throw errors.identityNotFound()
  const unlink = async (db: Db) => {
    const { id, provider, provider_id } = identity
    const traits = { identity_id: id, provider, provider_id }
    await recordDeed(db, parts.clock(), { actor: user, action: 'identity_unlinked', origin, traits })
    await deleteIdentity(db, id)
    const at = iso(parts.clock())
    if (provider === 'phone') await updateUser(db, user.id, { phone: null, phone_confirmed_at: null }, at)
    else await promote(parts, db, await getUser(db, user.id), at)
    await refreshProviders(db, await getUser(db, user.id), at)
  }
  await parts.pool.transaction(unlink).catch((error: unknown) => {
    if (isDatabaseError(error) && error.sqlstate === '23505') throw errors.identityConflict()
    throw error
  })
  return noticeOf(parts, user, 'identity_unlinked', { Provider: identity.provider })
}
