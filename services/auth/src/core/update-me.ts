// People change their own account. Password and addresses have conditions of their own; a new address
// counts when it is confirmed.

import { hashPassword } from '@plinth/crypto'
import type { Db, Origin, Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { deleteOneTimeTokens } from '../sql/delete-one-time-tokens.ts'
import { findUser } from '../sql/find-user.ts'
import { findUserOfAddress } from '../sql/find-user-of-address.ts'
import { updateUser } from '../sql/update-user.ts'
import { recordDeed } from './audit.ts'
import { confirmEmailChange, confirmPhoneChange } from './change-address.ts'
import { isFresh } from './code-slot.ts'
import { comparePassword } from './compare-password.ts'
import { parseEmail } from './email-address.ts'
import { checkLeaks } from './leaked-password.ts'
import type { Draft } from './letter.ts'
import type { Me } from './load-caller.ts'
import { mergeMetadata } from './merge-metadata.ts'
import { getUser } from './new-user.ts'
import { noticeOf } from './notice.ts'
import { hashCode, isHashOf } from './one-time-code.ts'
import { orSay } from './or-say.ts'
import { checkPassword } from './password-rules.ts'
import { checkAtProvider, codesAreTheirs } from './phone-codes.ts'
import { parsePhone } from './phone-number.ts'
import type { Challenge } from './pkce.ts'
import { sendEmailChange } from './send-email-change.ts'
import { sendSms } from './send-sms.ts'
import { setPassword } from './set-password.ts'
import type { Channel } from './sms-channel.ts'
import { iso, millis } from './time.ts'
import { hasPassword, hasVerifiedFactor, type UserRow } from './user-row.ts'

type Json = Readonly<Record<string, unknown>>

export type MyChanges = Challenge & {
  readonly email: string
  readonly phone: string
  readonly password: string | undefined
  readonly current_password: string | undefined
  readonly nonce: string
  readonly data: Json | undefined
  readonly app_metadata: Json | undefined
  readonly aud: string
  readonly redirectTo: string
  readonly channel: Channel
}

const day = 24 * 3_600_000

/** Addresses in the form they are kept in, and what they differ from now. */
const readAddresses = (parts: Parts, { user }: Me, changes: MyChanges) => {
  const email = changes.email === '' ? '' : parseEmail(changes.email)
  const phone = changes.phone === '' ? '' : parsePhone(changes.phone)
  if (changes.password !== undefined) checkPassword(changes.password, parts.config)
  return {
    email: email !== (user.email ?? '') ? email : '',
    phone: phone !== (user.phone ?? '') ? phone : '',
  }
}
type NewAddresses = { readonly email: string; readonly phone: string }

const checkRight = ({ user, session }: Me, changes: MyChanges, { email, phone }: NewAddresses): void => {
  if (changes.app_metadata !== undefined) throw errors.appMetadataNotAllowed()
  const isDelicate = Boolean(changes.password) || email !== '' || phone !== ''
  if (isDelicate && hasVerifiedFactor(user) && session?.aal !== 'aal2') throw errors.aal2Needed()
  if (user.is_anonymous && changes.password && changes.email === '' && changes.phone === '') {
    const what = 'Updating password of an anonymous user without an email or phone is not allowed'
    throw errors.invalidValue(what)
  }
  if (user.is_sso_user && (isDelicate || changes.nonce !== '')) throw errors.ssoManaged()
}

const checkFree = async (
  parts: Parts,
  { user }: Me,
  aud: string,
  { email, phone }: NewAddresses,
): Promise<void> => {
  if (
    email !== '' &&
    (await findUserOfAddress(parts.pool, { email, aud, exceptUser: user.id })) !== undefined
  ) {
    throw errors.emailExists()
  }
  if (phone !== '' && (await findUser(parts.pool, { phone, aud })) !== undefined) throw errors.phoneExists()
}

/** With the setting on, a password needs a code that was just sent, unless the session is young. */
const checkReauthentication = async (parts: Parts, { user, session }: Me, nonce: string): Promise<void> => {
  const { config, clock, pool } = parts
  const isYoung = session !== undefined && clock() <= millis(session.created_at) + day
  if (!config.security_update_password_require_reauthentication || isYoung) return
  if (nonce === '') throw errors.reauthenticationNeeded()
  if (!user.email && !user.phone)
    throw errors.reauthenticationInvalid('Reauthentication requires an email or a phone number')
  const seconds = user.email === null ? config.sms_otp_exp : config.mailer_otp_exp
  const isTheirs = user.email === null && codesAreTheirs(parts)
  const isRight = isTheirs
    ? user.reauthentication_token !== '' && (await checkAtProvider(parts, user.phone ?? '', nonce))
    : isHashOf(hashCode(user.email ?? user.phone ?? '', nonce), user.reauthentication_token)
  if (!isRight || !isFresh(user, 'reauthentication_token', seconds, clock()))
    throw errors.reauthenticationInvalid()
  await updateUser(pool, user.id, { reauthentication_token: '' }, iso(clock()))
  await deleteOneTimeTokens(pool, user.id)
}

const byCode = new Set(['otp', 'magiclink', 'recovery'])

const checkNewPassword = async (parts: Parts, { user, session }: Me, changes: MyChanges): Promise<void> => {
  const { password, current_password: current } = changes
  if (!password || !hasPassword(user)) return
  const cameByCode = session?.amr.some(({ method }) => byCode.has(method)) ?? false
  if (parts.config.security_update_password_require_current_password && !cameByCode) {
    if (!current) throw errors.currentPasswordNeeded()
    if (!(await comparePassword(user, current))) throw errors.currentPasswordWrong()
  }
  if (await comparePassword(user, password)) throw errors.samePassword()
}

/** Hashed outside the transaction; an empty password removes it. */
const hashOf = async (password: string | undefined): Promise<string | null | undefined> => {
  if (password === undefined) return undefined
  return password === '' ? null : hashPassword(password)
}

const changeEmail = async (
  parts: Parts,
  db: Db,
  user: UserRow,
  wish: EmailWish,
): Promise<readonly Draft[]> => {
  if (user.is_anonymous && parts.config.mailer_autoconfirm) {
    await confirmEmailChange(db, user, wish.email, iso(parts.clock()))
    return []
  }
  return sendEmailChange(parts, db, user, wish)
}
type EmailWish = { readonly email: string; readonly redirectTo: string; readonly challenge: Challenge }

const changePhone = async (
  parts: Parts,
  db: Db,
  user: UserRow,
  { phone, channel }: PhoneWish,
): Promise<readonly Draft[]> => {
  if (parts.config.sms_autoconfirm) {
    await confirmPhoneChange(db, user, phone, iso(parts.clock()))
    return []
  }
  const changes = { phone_change: phone }
  return sendSms(parts, db, user, { slot: 'phone_change_token', to: phone, channel, changes })
}
type PhoneWish = { readonly phone: string; readonly channel: Channel }

export type Updated = { readonly user: UserRow; readonly letters: readonly Draft[] }

export const updateMe = async (
  parts: Parts,
  me: Me,
  changes: MyChanges,
  origin: Origin,
): Promise<Updated> => {
  const addresses = readAddresses(parts, me, changes)
  checkRight(me, changes, addresses)
  await checkFree(parts, me, changes.aud, addresses)
  if (changes.password !== undefined) await checkReauthentication(parts, me, changes.nonce)
  await checkNewPassword(parts, me, changes)
  if (changes.password) await checkLeaks(parts, changes.password)
  const hash = await hashOf(changes.password)
  const { id } = me.user
  return parts.pool.transaction(async (db) => {
    const at = iso(parts.clock())
    const deed = { actor: me.user, origin }
    if (hash !== undefined) {
      const change = { userId: id, hash, keep: me.session?.id, at }
      await setPassword(db, change).catch(orSay('Error during password storage'))
      await recordDeed(db, parts.clock(), { ...deed, action: 'user_updated_password' })
    }
    if (changes.data !== undefined) {
      const raw_user_meta_data = mergeMetadata(me.user.raw_user_meta_data, changes.data)
      await updateUser(db, id, { raw_user_meta_data }, at).catch(orSay('Error updating user'))
    }
    const user = await getUser(db, id)
    const { email, phone } = addresses
    const wish = { email, redirectTo: changes.redirectTo, challenge: changes }
    const mails = email === '' ? [] : await changeEmail(parts, db, user, wish)
    const texts = phone === '' ? [] : await changePhone(parts, db, user, { phone, channel: changes.channel })
    await recordDeed(db, parts.clock(), { ...deed, action: 'user_modified' })
    const notices = hash ? noticeOf(parts, user, 'password_changed') : []
    return { user: await getUser(db, id), letters: [...mails, ...texts, ...notices] }
  })
}
