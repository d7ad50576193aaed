// Signing in without a password: a link and a code for a mail address, a code for a phone. Somebody who has no
// account gets one, unless that was not asked for.

import type { Origin, Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { findUser } from '../sql/find-user.ts'
import { recordDeed } from './audit.ts'
import { parseEmail } from './email-address.ts'
import type { Draft } from './letter.ts'
import { parsePhone } from './phone-number.ts'
import { isPkce } from './pkce.ts'
import type { Post } from './post.ts'
import { checkFrequency, sendCode } from './send-code.ts'
import { sendSms } from './send-sms.ts'
import { registerAccount, type SignUpWish } from './sign-up.ts'
import type { Channel } from './sms-channel.ts'
import { startFlow } from './start-flow.ts'
import { iso } from './time.ts'
import type { UserRow } from './user-row.ts'

export type CodeWish = Omit<SignUpWish, 'password'>

type Letters = Promise<readonly Draft[]>

const sendLink = (parts: Parts, user: UserRow, wish: CodeWish, origin: Origin): Letters =>
  parts.pool.transaction(async (db) => {
    checkFrequency(parts, user, 'recovery_token')
    const pkce = isPkce(wish)
    const flow = { userId: user.id, method: 'magiclink', challenge: wish, at: iso(parts.clock()) } as const
    if (pkce) await startFlow(db, flow)
    await recordDeed(db, parts.clock(), { actor: user, action: 'user_recovery_requested', origin })
    const letter = { kind: 'magic_link', link: 'magiclink', slot: 'recovery_token' } as const
    const to = user.email ?? ''
    return [await sendCode(parts, db, user, { ...letter, to, redirectTo: wish.redirectTo, isPkce: pkce })]
  })

const sendPhoneCode = (parts: Parts, user: UserRow, channel: Channel, origin: Origin): Letters =>
  parts.pool.transaction(async (db) => {
    const traits = { channel }
    await recordDeed(db, parts.clock(), { actor: user, action: 'user_recovery_requested', origin, traits })
    return sendSms(parts, db, user, { slot: 'confirmation_token', to: user.phone ?? '', channel })
  })

type Posting = Parts & { readonly post: Post }

/** By mail. A new account waits for its confirmation: its letter, which is sent already, signs in just as well. */
export const requestMagicLink = async (parts: Posting, wish: CodeWish, origin: Origin): Letters => {
  if (!parts.config.external_email_enabled) throw errors.emailLoginDisabled()
  if (wish.email === '') throw errors.invalidValue('Password recovery requires an email')
  const email = parseEmail(wish.email)
  isPkce(wish)
  const user = await findUser(parts.pool, { email, aud: wish.aud })
  if (user !== undefined && user.email_confirmed_at !== null) return sendLink(parts, user, wish, origin)
  const registered = await registerAccount(parts, { ...wish, password: '' }, origin, '')
  // Known by an identity only: to the outside it looks as if a letter went out.
  if (registered.isTaken || registered.user.email_confirmed_at === null) return []
  return sendLink(parts, registered.user, wish, origin)
}

/** By phone; the same. */
export const requestPhoneCode = async (parts: Posting, wish: CodeWish, origin: Origin): Letters => {
  if (!parts.config.external_phone_enabled) throw errors.phoneOtpDisabled()
  const phone = parsePhone(wish.phone)
  const { channel = 'sms' } = wish
  const user = await findUser(parts.pool, { phone, aud: wish.aud })
  if (user !== undefined && user.phone_confirmed_at !== null)
    return sendPhoneCode(parts, user, channel, origin)
  const noChallenge = { code_challenge: '', code_challenge_method: '' }
  const registered = await registerAccount(parts, { ...wish, ...noChallenge, password: '' }, origin, '')
  if (registered.user.phone_confirmed_at === null) return []
  return sendPhoneCode(parts, registered.user, channel, origin)
}

type Existing = { readonly email: string; readonly phone: string; readonly aud: string }

/** For who asked not to make an account. */
export const checkExists = async ({ pool }: Parts, { email, phone, aud }: Existing): Promise<void> => {
  if (email === '' && phone === '') return
  const key = email === '' ? { phone: parsePhone(phone), aud } : { email: parseEmail(email), aud }
  if ((await findUser(pool, key)) === undefined) throw errors.otpDisabled()
}
