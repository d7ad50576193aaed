// Who a code or a link belongs to, while it is good. Three ways in: the digest from a link, or an address with the
// code that was sent there; the answer to everything wrong is the same.

import type { Db, Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { findUser, type UserKey } from '../sql/find-user.ts'
import { findUserOfCode } from '../sql/find-user-of-code.ts'
import { findUserOfPhoneChange } from '../sql/find-user-of-phone-change.ts'
import { holdUser } from '../sql/hold-user.ts'
import { type CodeType, isFresh } from './code-slot.ts'
import { hashCode, isHashOf, pkcePrefix } from './one-time-code.ts'
import { checkAtProvider, codesAreTheirs } from './phone-codes.ts'
import { testCodeOf } from './send-sms.ts'
import { isBanned, type UserRow } from './user-row.ts'

/** What a code was sent for. `email` stands for sign-up or magic link, whichever it was. */
export type VerifyType =
  | 'signup'
  | 'invite'
  | 'recovery'
  | 'magiclink'
  | 'email'
  | 'email_change'
  | 'sms'
  | 'phone_change'

/** Where a code of each type may lie. */
const slots: Readonly<Record<VerifyType, readonly CodeType[]>> = {
  signup: ['confirmation_token'],
  invite: ['confirmation_token'],
  recovery: ['recovery_token'],
  magiclink: ['recovery_token'],
  email: ['confirmation_token', 'recovery_token'],
  email_change: ['email_change_token_current', 'email_change_token_new'],
  sms: ['confirmation_token'],
  phone_change: ['phone_change_token'],
}

export const isVerifyType = (text: string): text is VerifyType => Object.hasOwn(slots, text)
export const isPhoneType = (type: VerifyType): boolean => type === 'sms' || type === 'phone_change'

export type Owner = { readonly user: UserRow; readonly slot: CodeType }

const checkBan = (parts: Parts, user: UserRow): void => {
  if (isBanned(user, parts.clock())) throw errors.bannedToken()
}

/** The slot that holds the digest and was filled lately. */
const findSlot = (parts: Parts, user: UserRow, type: VerifyType, hash: string): CodeType | undefined => {
  const seconds = isPhoneType(type) ? parts.config.sms_otp_exp : parts.config.mailer_otp_exp
  return slots[type].find((slot) => isHashOf(hash, user[slot]) && isFresh(user, slot, seconds, parts.clock()))
}

export const findLinkOwner = async (parts: Parts, db: Db, type: VerifyType, hash: string): Promise<Owner> => {
  if (isPhoneType(type)) throw errors.invalid('Invalid email verification type')
  const owner = await findUserOfCode(db, { hash, types: slots[type] })
  if (owner === undefined) throw errors.linkInvalid()
  const { slot, ...user } = owner
  checkBan(parts, user)
  if (!isFresh(user, slot, parts.config.mailer_otp_exp, parts.clock())) throw errors.linkInvalid()
  return { user, slot }
}

export type SentCode = {
  readonly type: VerifyType
  readonly address: string
  readonly code: string
  readonly aud: string
  /** The provider that sent the code says it is right. */
  readonly isProven: boolean
}

/** Held for the rest of the transaction, so that two attempts come one after the other. */
const findHeld = async (db: Db, key: UserKey): Promise<UserRow | undefined> => {
  const found = await findUser(db, key)
  if (found === undefined) return undefined
  await holdUser(db, found.id)
  return findUser(db, { id: found.id })
}

const findRecipient = async (db: Db, sent: SentCode, hash: string): Promise<UserRow | undefined> => {
  const { type, address, aud } = sent
  if (type === 'sms') return findHeld(db, { phone: address, aud })
  if (type === 'phone_change') return findUserOfPhoneChange(db, { phone: address, aud })
  if (type !== 'email_change') return findHeld(db, { email: address, aud })
  const types = slots.email_change
  const plain = await findUserOfCode(db, { hash, types })
  return plain ?? findUserOfCode(db, { hash: pkcePrefix + hash, types })
}

/** Asked before the transaction, and only for who waits for a code: whether the provider sent this one. */
export const isProvenByProvider = async (
  parts: Parts,
  sent: Omit<SentCode, 'isProven'>,
): Promise<boolean> => {
  const { type, address: phone, code, aud } = sent
  if (!isPhoneType(type) || !codesAreTheirs(parts) || testCodeOf(parts, phone) === code) return false
  const key = { phone, aud }
  const user = await (type === 'sms' ? findUser(parts.pool, key) : findUserOfPhoneChange(parts.pool, key))
  const [slot] = slots[type]
  if (user === undefined || slot === undefined || user[slot] === '') return false
  return checkAtProvider(parts, phone, code)
}

export const findCodeOwner = async (parts: Parts, db: Db, sent: SentCode): Promise<Owner> => {
  const hash = hashCode(sent.address, sent.code)
  const user = await findRecipient(db, sent, hash)
  if (user === undefined) throw errors.codeInvalid()
  checkBan(parts, user)
  const isFixed = isPhoneType(sent.type) && testCodeOf(parts, sent.address) === sent.code
  const [first] = slots[sent.type]
  const isPending = first !== undefined && user[first] !== ''
  if (codesAreTheirs(parts) && isPhoneType(sent.type) && !isFixed && !(sent.isProven && isPending)) {
    throw errors.codeInvalid()
  }
  const slot = isFixed || sent.isProven ? first : findSlot(parts, user, sent.type, hash)
  if (slot === undefined) throw errors.codeInvalid()
  return { user, slot }
}
