// Signing in with a passkey: the key itself says whose it is.

import { randomUUID } from 'node:crypto'
import type { Db, Origin, Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { findUser } from '../sql/find-user.ts'
import { holdPasskeyOfCredential, type PasskeyRow, touchPasskey } from '../sql/passkeys.ts'
import { insertWebAuthnChallenge } from '../sql/webauthn-challenges.ts'
import { recordDeed } from './audit.ts'
import { type Opened, openSession } from './open-session.ts'
import { type Ceremony, type CeremonyAnswer, ceremonyLifetime, takeCeremony } from './passkey-register.ts'
import { keptCredential } from './passkeys.ts'
import { relyingParty } from './relying-party.ts'
import { iso } from './time.ts'
import { isBanned, type UserRow } from './user-row.ts'
import { type Asserted, readAssertion, requestOptions, verifyAssertion } from './webauthn.ts'
import { webAuthnSession } from './webauthn-session.ts'

export const beginPasskeySignIn = async (parts: Parts): Promise<Ceremony> => {
  const party = relyingParty(parts.config)
  const options = await requestOptions(party)
  const now = parts.clock()
  const expires = now + ceremonyLifetime
  const session = webAuthnSession({ party, challenge: options.challenge, expires })
  const id = randomUUID()
  await insertWebAuthnChallenge(parts.pool, {
    id,
    kind: 'authentication',
    userId: null,
    session,
    at: iso(now),
  })
  return { challenge_id: id, options, expires_at: Math.floor(expires / 1000) }
}

const failed = (cause?: unknown) => errors.ceremonyFailed('Credential verification failed', cause)

/** The key and what it was used for, checked against what is known about it. */
const checkKey = async (parts: Parts, db: Db, challenge: string, asserted: Asserted): Promise<PasskeyRow> => {
  const passkey = await holdPasskeyOfCredential(db, asserted.id)
  const owner = Buffer.from(asserted.response.userHandle ?? '', 'base64url').toString()
  if (passkey === undefined || passkey.user_id !== owner) throw failed()
  const used = await verifyAssertion(relyingParty(parts.config), challenge, {
    asserted,
    credential: keptCredential(passkey),
  }).catch((cause: unknown) => {
    throw failed(cause)
  })
  await touchPasskey(db, { id: passkey.id, ...used, at: iso(parts.clock()) })
  return passkey
}

const checkUser = (parts: Parts, user: UserRow | undefined): UserRow => {
  if (user === undefined || user.deleted_at !== null) throw failed()
  if (user.email && user.email_confirmed_at === null) throw errors.passkeyEmailUnconfirmed()
  if (user.phone && user.phone_confirmed_at === null) throw errors.passkeyPhoneUnconfirmed()
  if (isBanned(user, parts.clock())) throw errors.bannedToken()
  return user
}

export const signInWithPasskey = async (
  parts: Parts,
  answer: CeremonyAnswer,
  origin: Origin,
): Promise<Opened> => {
  const challenge = await takeCeremony(parts, answer, { kind: 'authentication', userId: null })
  const asserted = readAssertion(answer.credential)
  if (asserted === undefined) throw errors.ceremonyFailed('Invalid credential response')
  return parts.pool.transaction(async (db) => {
    const passkey = await checkKey(parts, db, challenge, asserted)
    const user = checkUser(parts, await findUser(db, { id: passkey.user_id }))
    const traits = { passkey_id: passkey.id }
    await recordDeed(db, parts.clock(), { actor: user, action: 'login', origin, traits })
    return openSession(parts, db, { user, method: 'passkey', origin })
  })
}
