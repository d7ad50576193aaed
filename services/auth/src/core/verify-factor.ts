// The second factor is shown: the session rises to aal2 and gets new tokens; sessions that stand lower end.

import type { Db, Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { deleteChallenge } from '../sql/delete-challenge.ts'
import { findSession } from '../sql/find-session.ts'
import { findSessionToken } from '../sql/find-session-token.ts'
import { raiseSession } from '../sql/raise-session.ts'
import { swapRefreshToken } from '../sql/swap-refresh-token.ts'
import { type ChallengeRow, findChallenge, takeChallenge } from '../sql/take-challenge.ts'
import { recordDeed } from './audit.ts'
import { checkVerifying, factorMethods } from './factor-kinds.ts'
import { issueSessionBody } from './issue-token.ts'
import type { Draft } from './letter.ts'
import { isUuid } from './load-caller.ts'
import { challengeLifetime, unknownIp } from './new-challenge.ts'
import { getUser } from './new-user.ts'
import { noticeOf } from './notice.ts'
import type { Opened } from './open-session.ts'
import { proofs, type Shown } from './prove-factor.ts'
import { newRefreshToken } from './refresh-token-row.ts'
import { iso, millis } from './time.ts'
import { reportFactor } from './verification-hooks.ts'

const isOver = ({ clock }: Parts, challenge: ChallengeRow): boolean =>
  clock() > millis(challenge.created_at) + challengeLifetime

const checkChallenge = (
  parts: Parts,
  { origin }: Shown,
  challenge: ChallengeRow | undefined,
): ChallengeRow => {
  if (challenge === undefined) throw errors.challengeNotFound()
  const isElsewhere = challenge.ip !== (origin.ip ?? unknownIp)
  if (challenge.verified_at !== null || isElsewhere) throw errors.challengeElsewhere()
  if (isOver(parts, challenge)) throw errors.challengeOver(challenge.id)
  return challenge
}

const raise = async (parts: Parts, db: Db, sessionId: string, shown: Shown): Promise<Opened> => {
  const { me, factor, challengeId, origin } = shown
  const { user } = me
  const now = parts.clock()
  const at = iso(now)
  const method = factorMethods[factor.factor_type]
  const traits = { factor_id: factor.id, challenge_id: challengeId, factor_type: factor.factor_type }
  await recordDeed(db, now, { actor: user, action: 'verification_attempted', origin, traits })
  await raiseSession(db, { userId: user.id, sessionId, factorId: factor.id, challengeId, method, at })
  const old = await findSessionToken(db, sessionId)
  const session = await findSession(db, sessionId)
  if (old === undefined || session === undefined) throw errors.tokenSessionGone()
  const token = newRefreshToken()
  await swapRefreshToken(db, { old, token, at })
  await recordDeed(db, now, { actor: user, action: 'token_revoked', origin })
  const grant = { session, refreshToken: token, method, origin }
  const body = await issueSessionBody(parts, db, await getUser(db, user.id), grant)
  return { userId: user.id, sessionId, body }
}

export type Verified = { readonly opened: Opened; readonly letters: readonly Draft[] }

export const verifyFactor = async (parts: Parts, shown: Shown): Promise<Verified> => {
  const { me, factor, challengeId } = shown
  const kind = factor.factor_type
  if (shown.code === '' && kind !== 'webauthn') throw errors.invalid('Code needs to be non-empty')
  checkVerifying(parts, kind)
  const { session } = me
  if (session === undefined) throw errors.noSession()
  // Hooks, providers and keys may take their time: they are asked before rows are locked.
  const find = isUuid(challengeId) ? await findChallenge(parts.pool, challengeId, factor.id) : undefined
  if (find !== undefined && find.verified_at === null && isOver(parts, find))
    await deleteChallenge(parts.pool, find.id)
  const challenge = checkChallenge(parts, shown, find)
  const proof = await proofs[kind](parts, shown, challenge)
  const { refused: problem } = proof
  const isValid = problem === undefined
  if (kind !== 'webauthn')
    await reportFactor(parts, factor, { userId: me.user.id, isValid, origin: shown.origin })
  if (problem !== undefined) throw problem
  const opened = await parts.pool.transaction(async (db) => {
    // Held until the end: a challenge is answered once.
    checkChallenge(parts, shown, await takeChallenge(db, challengeId, factor.id))
    await proof.settle?.(db)
    return raise(parts, db, session.id, shown)
  })
  const isNew = factor.status !== 'verified'
  const letters = isNew ? noticeOf(parts, me.user, 'mfa_factor_enrolled', { FactorType: kind }) : []
  return { opened, letters }
}
