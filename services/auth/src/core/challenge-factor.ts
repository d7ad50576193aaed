// Asks for a second factor: what is shown next answers this challenge, from the same address, within five minutes.

import { insertChallenge } from '../sql/insert-challenge.ts'
import { recordDeed } from './audit.ts'
import { challengeKey } from './challenge-key.ts'
import { challengePhone } from './challenge-phone.ts'
import { checkVerifying, type FactorKind } from './factor-kinds.ts'
import { type Asking, type AskingParts, type Challenged, newChallenge } from './new-challenge.ts'

const challengeTotp = async (parts: AskingParts, asking: Asking): Promise<Challenged> => {
  const { user, factor, origin } = asking
  const { row, answer } = newChallenge(parts, asking)
  await parts.pool.transaction(async (db) => {
    await insertChallenge(db, row)
    const traits = { factor_id: factor.id, factor_status: factor.status }
    await recordDeed(db, parts.clock(), { actor: user, action: 'challenge_created', origin, traits })
  })
  return answer
}

const ways: Readonly<Record<FactorKind, (parts: AskingParts, asking: Asking) => Promise<Challenged>>> = {
  totp: challengeTotp,
  phone: challengePhone,
  webauthn: challengeKey,
}

export const challengeFactor = async (parts: AskingParts, asking: Asking): Promise<Challenged> => {
  const { factor_type: kind } = asking.factor
  checkVerifying(parts, kind)
  return ways[kind](parts, asking)
}
