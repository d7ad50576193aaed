// Sends a code to the phone that is a second factor, not oftener than the project allows.

import { errors } from '../errors.ts'
import { holdFactor } from '../sql/hold-factor.ts'
import { insertChallenge } from '../sql/insert-challenge.ts'
import { undoChallenge } from '../sql/undo-challenge.ts'
import { recordDeed } from './audit.ts'
import { type Asking, type AskingParts, type Challenged, newChallenge } from './new-challenge.ts'
import { newCode } from './one-time-code.ts'
import { parseChannel } from './sms-channel.ts'
import { millis } from './time.ts'

export const challengePhone = async (parts: AskingParts, asking: Asking): Promise<Challenged> => {
  const { user, factor, origin } = asking
  const { config, clock, pool } = parts
  const channel = parseChannel(parts, asking.channel)
  const code = newCode(config.mfa_phone_otp_length)
  const { row, answer } = newChallenge(parts, asking)
  const lastAt = await pool.transaction(async (db) => {
    const last = (await holdFactor(db, factor.id))?.last_challenged_at ?? null
    const left = last === null ? 0 : millis(last) + config.mfa_phone_max_frequency * 1000 - clock()
    if (left > 0) throw errors.smsTooOften(Math.floor(left / 1000))
    await insertChallenge(db, { ...row, code })
    const traits = { factor_id: factor.id, factor_status: factor.status }
    await recordDeed(db, clock(), { actor: user, action: 'challenge_created', origin, traits })
    return last
  })
  const to = factor.phone ?? ''
  const draft = {
    kind: 'sms',
    to,
    user,
    code,
    hash: '',
    link: '',
    redirectTo: '',
    action: 'mfa',
    channel,
  } as const
  await parts.post([draft], origin).catch(async (error: unknown) => {
    await undoChallenge(pool, { id: row.id, factorId: factor.id, lastAt })
    throw error
  })
  return answer
}
