// Sends a code again that got lost. Whatever there is nothing to send for is answered like the rest.

import type { Db, Origin, Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { findUser, type UserKey } from '../sql/find-user.ts'
import { recordDeed } from './audit.ts'
import { parseEmail } from './email-address.ts'
import type { Draft } from './letter.ts'
import { parsePhone } from './phone-number.ts'
import { type Challenge, isPkce } from './pkce.ts'
import { checkFrequency, sendCode } from './send-code.ts'
import { sendEmailChange } from './send-email-change.ts'
import { sendSms } from './send-sms.ts'
import { startFlow } from './start-flow.ts'
import { iso } from './time.ts'
import type { UserRow } from './user-row.ts'

export type ResendWish = Challenge & {
  readonly type: string
  readonly email: string
  readonly phone: string
  readonly aud: string
  readonly redirectTo: string
}

type Again = {
  readonly wish: ResendWish
  readonly user: UserRow
  readonly origin: Origin
}

type Kind = {
  /** Whether there is something left to confirm. */
  readonly isOpen: (user: UserRow) => boolean
  readonly send: (parts: Parts, db: Db, again: Again) => Promise<readonly Draft[]>
}

const sendSignUp: Kind['send'] = async (parts, db, { wish, user, origin }) => {
  checkFrequency(parts, user, 'confirmation_token')
  await recordDeed(db, parts.clock(), { actor: user, action: 'user_confirmation_requested', origin })
  const pkce = isPkce(wish)
  const flow = { userId: user.id, method: 'email/signup', challenge: wish, at: iso(parts.clock()) } as const
  if (pkce) await startFlow(db, flow)
  const letter = { kind: 'confirmation', link: 'signup', slot: 'confirmation_token' } as const
  const to = user.email ?? ''
  return [await sendCode(parts, db, user, { ...letter, to, redirectTo: wish.redirectTo, isPkce: pkce })]
}

const kinds: Readonly<Record<string, Kind>> = {
  signup: { isOpen: (user) => user.email_confirmed_at === null, send: sendSignUp },
  email_change: {
    isOpen: (user) => user.email_change !== '',
    send: (parts, db, { wish, user }) =>
      sendEmailChange(parts, db, user, {
        email: user.email_change,
        redirectTo: wish.redirectTo,
        challenge: wish,
      }),
  },
  sms: {
    isOpen: (user) => user.phone_confirmed_at === null,
    send: async (parts, db, { user, origin }) => {
      await recordDeed(db, parts.clock(), { actor: user, action: 'user_recovery_requested', origin })
      return sendSms(parts, db, user, { slot: 'confirmation_token', to: user.phone ?? '' })
    },
  },
  phone_change: {
    isOpen: (user) => user.phone_change !== '',
    send: (parts, db, { user }) =>
      sendSms(parts, db, user, { slot: 'phone_change_token', to: user.phone_change }),
  },
}

const checkType = (wish: ResendWish): Kind => {
  const kind = Object.hasOwn(kinds, wish.type) ? kinds[wish.type] : undefined
  if (kind === undefined)
    throw errors.invalid('Missing one of these types: signup, email_change, sms, phone_change')
  if (wish.type === 'signup' || wish.type === 'email_change') isPkce(wish)
  if (wish.type === 'signup' && wish.email === '')
    throw errors.invalid('Type provided requires an email address')
  if (wish.type === 'sms' && wish.phone === '') throw errors.invalid('Type provided requires a phone number')
  return kind
}

const keyOf = ({ config }: Parts, { email, phone, aud }: ResendWish): UserKey => {
  if (email !== '' && phone !== '') {
    throw errors.invalid('Only an email address or phone number should be provided.')
  }
  if (email !== '') {
    if (!config.external_email_enabled) throw errors.emailLoginDisabled(400)
    return { email: parseEmail(email), aud }
  }
  if (phone === '') throw errors.invalid('Missing email address or phone number')
  if (!config.external_phone_enabled) throw errors.phoneLoginDisabled(400)
  return { phone: parsePhone(phone), aud }
}

export const resend = async (parts: Parts, wish: ResendWish, origin: Origin): Promise<readonly Draft[]> => {
  const kind = checkType(wish)
  const user = await findUser(parts.pool, keyOf(parts, wish))
  if (user === undefined || !kind.isOpen(user)) return []
  return parts.pool.transaction((db) => kind.send(parts, db, { wish, user, origin }))
}
