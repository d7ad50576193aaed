// A code that shows, in the middle of a session, that its owner still holds the address.

import type { Origin, Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { recordDeed } from './audit.ts'
import type { Draft } from './letter.ts'
import { checkFrequency, sendCode } from './send-code.ts'
import { sendSms } from './send-sms.ts'
import type { UserRow } from './user-row.ts'

export const reauthenticate = (parts: Parts, user: UserRow, origin: Origin): Promise<readonly Draft[]> => {
  const { email, phone } = user
  if (!email && !phone) {
    throw errors.invalid('Reauthentication requires the user to have an email or a phone number')
  }
  if (email && user.email_confirmed_at === null) throw errors.emailUnverified()
  if (!email && user.phone_confirmed_at === null) throw errors.phoneUnverified()
  return parts.pool.transaction(async (db) => {
    await recordDeed(db, parts.clock(), { actor: user, action: 'user_reauthenticate_requested', origin })
    const slot = 'reauthentication_token' as const
    if (!email) return sendSms(parts, db, user, { slot, to: phone ?? '' })
    checkFrequency(parts, user, slot)
    const letter = { kind: 'reauthentication', link: 'reauthentication', slot, redirectTo: '' } as const
    return [await sendCode(parts, db, user, { ...letter, to: email })]
  })
}
