// The same for phones: a code without a link.

import type { Db, Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { replaceOneTimeToken } from '../sql/replace-one-time-token.ts'
import { type UserChanges, updateUser } from '../sql/update-user.ts'
import { type CodeType, sentAtColumn } from './code-slot.ts'
import type { Draft } from './letter.ts'
import { hashCode, newCode } from './one-time-code.ts'
import type { Channel } from './sms-channel.ts'
import { storedFor } from './take-back.ts'
import { iso, millis } from './time.ts'
import type { UserRow } from './user-row.ts'

type Sms = {
  readonly slot: CodeType
  readonly to: string
  readonly channel?: Channel | undefined
  readonly changes?: UserChanges
}

/** The fixed code of a number that is used in tests, if it is one. */
export const testCodeOf = ({ config, clock }: Parts, phone: string): string | undefined => {
  const until = config.sms_test_otp_valid_until
  if (until !== '' && clock() >= millis(until)) return undefined
  const pairs = config.sms_test_otp.split(',').map((pair) => pair.trim().split('='))
  return pairs.find(([number]) => number === phone)?.[1]
}

export const sendSms = async (parts: Parts, db: Db, user: UserRow, sms: Sms): Promise<readonly Draft[]> => {
  const { slot, to, channel = 'sms', changes = {} } = sms
  const { config, clock } = parts
  const sentAt = user[sentAtColumn[slot]]
  const left = sentAt === null ? 0 : millis(sentAt) + config.sms_max_frequency * 1000 - clock()
  if (left > 0) throw errors.smsTooOften(Math.floor(left / 1000))
  const at = iso(clock())
  const fixed = testCodeOf(parts, to)
  const code = fixed ?? newCode(config.sms_otp_length)
  const hash = hashCode(to, code)
  const stored = { ...changes, [slot]: hash, [sentAtColumn[slot]]: at }
  await updateUser(db, user.id, stored, at)
  await replaceOneTimeToken(db, { userId: user.id, type: slot, hash, relatesTo: to, at })
  const draft = {
    kind: 'sms',
    to,
    user,
    code,
    hash,
    link: '',
    redirectTo: '',
    action: slot,
    channel,
    stored: storedFor(slot, user, stored),
  } as const
  return fixed === undefined ? [draft] : []
}
