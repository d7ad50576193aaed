// An administrator makes an account: confirmed or not, with a password, a hash from elsewhere, or neither.

import { hashPassword, isPasswordHash, maxPasswordBytes, newPassword } from '@plinth/crypto'
import type { Db, Origin, Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { findUser } from '../sql/find-user.ts'
import { findUserOfAddress } from '../sql/find-user-of-address.ts'
import { updateUser } from '../sql/update-user.ts'
import { type Actor, recordDeed } from './audit.ts'
import { bannedUntil } from './ban.ts'
import { confirmEmail, confirmPhone } from './confirm-user.ts'
import { parseEmail } from './email-address.ts'
import { isUuid } from './load-caller.ts'
import { mergeMetadata } from './merge-metadata.ts'
import { addIdentities, addUser, getUser, type NewUser } from './new-user.ts'
import { parsePhone } from './phone-number.ts'
import { iso } from './time.ts'
import type { UserRow } from './user-row.ts'

type Json = Readonly<Record<string, unknown>>

/** What an administrator may say about an account. */
export type AccountWish = {
  readonly id: string
  readonly aud: string
  readonly role: string
  readonly email: string
  readonly phone: string
  readonly password: string | undefined
  readonly password_hash: string
  readonly email_confirm: boolean
  readonly phone_confirm: boolean
  readonly user_metadata: Json | undefined
  readonly app_metadata: Json | undefined
  readonly ban_duration: string
}

const nobody = '00000000-0000-0000-0000-000000000000'

const checkId = (id: string): void => {
  if (id === '') return
  if (!isUuid(id)) throw errors.invalid('ID must conform to the uuid v4 format')
  if (id === nobody) throw errors.invalid('ID cannot be a nil uuid')
}

const freeAddresses = async (
  { pool }: Parts,
  wish: AccountWish,
): Promise<{ email: string; phone: string }> => {
  const { aud } = wish
  if (wish.email === '' && wish.phone === '') {
    throw errors.invalid('Cannot create a user without either an email or phone')
  }
  const email = wish.email === '' ? '' : parseEmail(wish.email)
  if (email !== '' && (await findUserOfAddress(pool, { email, aud })) !== undefined)
    throw errors.emailExists()
  const phone = wish.phone === '' ? '' : parsePhone(wish.phone)
  if (phone !== '' && (await findUser(pool, { phone, aud })) !== undefined) throw errors.phoneTaken()
  return { email, phone }
}

/** Somebody without a password gets one that nobody knows, as the upstream service does. */
const hashOf = async ({ password, password_hash: hash }: AccountWish): Promise<string> => {
  if (password !== undefined && hash !== '') {
    throw errors.invalid('Only a password or a password hash should be provided')
  }
  if (hash !== '') {
    if (!isPasswordHash(hash))
      throw errors.invalid('The password hash is not a bcrypt, argon2 or fbscrypt hash')
    return hash
  }
  if (password !== undefined && Buffer.byteLength(password) > maxPasswordBytes) {
    throw errors.invalid('bcrypt: password length exceeds 72 bytes')
  }
  return hashPassword(password || newPassword())
}

const settle = async (db: Db, id: string, wish: AccountWish, at: string): Promise<void> => {
  const user = await getUser(db, id)
  const raw_app_meta_data =
    wish.app_metadata === undefined ? undefined : mergeMetadata(user.raw_app_meta_data, wish.app_metadata)
  const banned_until = bannedUntil(wish.ban_duration, Date.parse(at))
  if (raw_app_meta_data !== undefined || banned_until !== undefined) {
    await updateUser(db, id, { raw_app_meta_data, banned_until }, at)
  }
  if (wish.email_confirm) await confirmEmail(db, user, at)
  if (wish.phone_confirm) await confirmPhone(db, user, at)
}

type Making = { readonly actor: Actor; readonly wish: AccountWish; readonly origin: Origin }

const insert = async (parts: Parts, db: Db, newUser: NewUser, { actor, wish, origin }: Making) => {
  const id = await addUser(db, newUser)
  await addIdentities(db, id, newUser)
  const { email, phone } = newUser
  const provider = email === '' ? 'phone' : 'email'
  const traits = { user_id: id, user_email: email, user_phone: phone, provider }
  await recordDeed(db, parts.clock(), { actor, action: 'user_signedup', origin, traits })
  await settle(db, id, wish, newUser.at)
  return getUser(db, id)
}

export const createUser = async (parts: Parts, making: Making): Promise<UserRow> => {
  const { wish } = making
  const addresses = await freeAddresses(parts, wish)
  checkId(wish.id)
  const at = iso(parts.clock())
  bannedUntil(wish.ban_duration, parts.clock())
  const newUser: NewUser = {
    ...(wish.id === '' ? {} : { id: wish.id }),
    ...(wish.role === '' ? {} : { role: wish.role }),
    ...addresses,
    aud: wish.aud,
    encryptedPassword: await hashOf(wish),
    data: wish.user_metadata ?? {},
    at,
  }
  return parts.pool
    .transaction((db) => insert(parts, db, newUser, making))
    .catch((error: unknown) => {
      throw errors.creatingUser(error)
    })
}
