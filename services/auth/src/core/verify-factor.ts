// The second factor is shown: the session rises to aal2 and gets new tokens; sessions that stand lower end.

import type { Db, Origin, Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import type { SecretFactor } from '../sql/find-factor.ts'
import { findSession } from '../sql/find-session.ts'
import { findSessionToken } from '../sql/find-session-token.ts'
import { raiseSession } from '../sql/raise-session.ts'
import { swapRefreshToken } from '../sql/swap-refresh-token.ts'
import { takeChallenge } from '../sql/take-challenge.ts'
import { recordDeed } from './audit.ts'
import { challengeLifetime, checkFactorType, unknownIp } from './challenge-factor.ts'
import { issueSessionBody } from './issue-token.ts'
import { isUuid, type Me } from './load-caller.ts'
import { getUser } from './new-user.ts'
import type { Opened } from './open-session.ts'
import { newRefreshToken } from './refresh-token-row.ts'
import { iso, millis } from './time.ts'
import { isTotpCode } from './totp.ts'
import { reportFactor } from './verification-hooks.ts'

type Shown = {
  readonly me: Me
  readonly factor: SecretFactor
  readonly challengeId: string
  readonly code: string
  readonly origin: Origin
}

/** Held until the end: a challenge is answered once. */
const checkChallenge = async (
  parts: Parts,
  db: Db,
  { factor, challengeId, origin }: Shown,
): Promise<void> => {
  const challenge = isUuid(challengeId) ? await takeChallenge(db, challengeId, factor.id) : undefined
  if (challenge === undefined) throw errors.challengeNotFound()
  const isElsewhere = challenge.ip !== (origin.ip ?? unknownIp)
  if (challenge.verified_at !== null || isElsewhere) throw errors.challengeElsewhere()
  if (parts.clock() > millis(challenge.created_at) + challengeLifetime)
    throw errors.challengeOver(challenge.id)
}

const raise = async (parts: Parts, db: Db, sessionId: string, shown: Shown): Promise<Opened> => {
  const { me, factor, challengeId, origin } = shown
  const { user } = me
  const now = parts.clock()
  const at = iso(now)
  const traits = { factor_id: factor.id, challenge_id: challengeId, factor_type: factor.factor_type }
  await recordDeed(db, now, { actor: user, action: 'verification_attempted', origin, traits })
  await raiseSession(db, { userId: user.id, sessionId, factorId: factor.id, challengeId, method: 'totp', at })
  const old = await findSessionToken(db, sessionId)
  const session = await findSession(db, sessionId)
  if (old === undefined || session === undefined) throw errors.tokenSessionGone()
  const token = newRefreshToken()
  await swapRefreshToken(db, { old, token, at })
  await recordDeed(db, now, { actor: user, action: 'token_revoked', origin })
  const grant = { session, refreshToken: token, method: 'totp', origin }
  const body = await issueSessionBody(parts, db, await getUser(db, user.id), grant)
  return { userId: user.id, sessionId, body }
}

export const verifyFactor = async (parts: Parts, shown: Shown): Promise<Opened> => {
  const { me, factor, code } = shown
  if (code === '') throw errors.invalid('Code needs to be non-empty')
  checkFactorType(parts, factor)
  const { session } = me
  if (session === undefined) throw errors.noSession()
  // A hook may take its time: it is asked before rows are locked.
  if (parts.hooks.isOn('mfa_verification_attempt')) {
    await parts.pool.transaction((db) => checkChallenge(parts, db, shown))
  }
  const isValid = isTotpCode(factor.secret ?? '', code, parts.clock())
  await reportFactor(parts, factor, { userId: me.user.id, isValid, origin: shown.origin })
  return parts.pool.transaction(async (db) => {
    await checkChallenge(parts, db, shown)
    if (!isValid) throw errors.factorCodeWrong()
    return raise(parts, db, session.id, shown)
  })
}
