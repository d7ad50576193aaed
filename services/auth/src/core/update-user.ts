// An administrator changes an account. What people must confirm themselves counts at once here.

import { hashPassword } from '@plinth/crypto'
import type { Db, Origin, Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { updateUser as storeUser } from '../sql/update-user.ts'
import { type Actor, recordDeed } from './audit.ts'
import { bannedUntil } from './ban.ts'
import { setIdentity } from './change-address.ts'
import { confirmEmail, confirmPhone } from './confirm-user.ts'
import type { AccountWish } from './create-user.ts'
import { parseEmail } from './email-address.ts'
import { mergeMetadata } from './merge-metadata.ts'
import { getUser } from './new-user.ts'
import { checkPassword } from './password-rules.ts'
import { parsePhone } from './phone-number.ts'
import { setPassword } from './set-password.ts'
import { iso } from './time.ts'
import type { UserRow } from './user-row.ts'

type Change = {
  readonly actor: Actor
  readonly user: UserRow
  readonly wish: AccountWish
  readonly origin: Origin
}

type Ready = {
  readonly email: string
  readonly phone: string
  readonly hash: string | null | undefined
  readonly banned_until: string | null | undefined
  readonly at: string
}

const prepare = async (parts: Parts, wish: AccountWish): Promise<Ready> => {
  const email = wish.email === '' ? '' : parseEmail(wish.email)
  const phone = wish.phone === '' ? '' : parsePhone(wish.phone)
  const banned_until = bannedUntil(wish.ban_duration, parts.clock())
  if (wish.password !== undefined) checkPassword(wish.password, parts.config)
  const hash =
    wish.password === undefined ? undefined : wish.password === '' ? null : await hashPassword(wish.password)
  return { email, phone, hash, banned_until, at: iso(parts.clock()) }
}

const confirm = async (db: Db, user: UserRow, wish: AccountWish, at: string): Promise<void> => {
  if (wish.email_confirm) await confirmEmail(db, user, at)
  if (wish.phone_confirm) await confirmPhone(db, user, at)
}

const changeAddresses = async (db: Db, user: UserRow, wish: AccountWish, ready: Ready): Promise<void> => {
  const { email, phone, at } = ready
  const addresses = [
    { provider: 'email', address: email, isVerified: wish.email_confirm, at },
    { provider: 'phone', address: phone, isVerified: wish.phone_confirm, at },
  ] as const
  for (const one of addresses) {
    if (one.address === '') continue
    await setIdentity(db, user, one)
    const is_anonymous = one.isVerified ? false : undefined
    await storeUser(db, user.id, { [one.provider]: one.address, is_anonymous }, at)
  }
}

const merge = async (
  db: Db,
  user: UserRow,
  wish: AccountWish,
  { banned_until, at }: Ready,
): Promise<void> => {
  const { app_metadata: app, user_metadata: own } = wish
  const raw_app_meta_data = app === undefined ? undefined : mergeMetadata(user.raw_app_meta_data, app)
  const raw_user_meta_data = own === undefined ? undefined : mergeMetadata(user.raw_user_meta_data, own)
  await storeUser(db, user.id, { raw_app_meta_data, raw_user_meta_data, banned_until }, at)
}

const change = async (parts: Parts, db: Db, ready: Ready, { actor, user, wish, origin }: Change) => {
  const { hash, at } = ready
  if (wish.role !== '') await storeUser(db, user.id, { role: wish.role }, at)
  await confirm(db, user, wish, at)
  if (hash !== undefined) await setPassword(db, { userId: user.id, hash, keep: undefined, at })
  await changeAddresses(db, user, wish, ready)
  await merge(db, await getUser(db, user.id), wish, ready)
  const changed = await getUser(db, user.id)
  const traits = { user_id: user.id, user_email: changed.email, user_phone: changed.phone }
  await recordDeed(db, parts.clock(), { actor, action: 'user_modified', origin, traits })
  return changed
}

export const updateUser = async (parts: Parts, request: Change): Promise<UserRow> => {
  const ready = await prepare(parts, request.wish)
  return parts.pool
    .transaction((db) => change(parts, db, ready, request))
    .catch((error: unknown) => {
      throw errors.updatingUser(error)
    })
}
