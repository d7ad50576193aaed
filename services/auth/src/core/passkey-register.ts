// A passkey is added to an account: options for the browser, then its answer.

import { randomUUID } from 'node:crypto'
import type { Origin, Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { holdUser } from '../sql/hold-user.ts'
import { insertPasskey, listPasskeys } from '../sql/passkeys.ts'
import { insertWebAuthnChallenge, takeWebAuthnChallenge } from '../sql/webauthn-challenges.ts'
import { recordDeed } from './audit.ts'
import { isUuid, type Me } from './load-caller.ts'
import { nameOfAuthenticator } from './passkey-name.ts'
import { checkPasskeyRight, holderOf, keptCredential } from './passkeys.ts'
import { relyingParty } from './relying-party.ts'
import { iso, millis, withZ } from './time.ts'
import { creationOptions, readCreation, verifyCreation } from './webauthn.ts'
import { webAuthnSession } from './webauthn-session.ts'

export const ceremonyLifetime = 300_000
const mostPasskeys = 10

export type Ceremony = {
  readonly challenge_id: string
  readonly options: object
  readonly expires_at: number
}

const checkRegistrant = (me: Me): void => {
  if (me.user.is_sso_user) throw errors.invalidValue('SSO users cannot register passkeys')
  checkPasskeyRight(me)
}

export const beginPasskey = async (parts: Parts, me: Me): Promise<Ceremony> => {
  checkRegistrant(me)
  const { user } = me
  const known = await listPasskeys(parts.pool, user.id)
  if (known.length >= mostPasskeys) throw errors.tooManyPasskeys()
  const party = relyingParty(parts.config)
  const excluded = known.map(keptCredential)
  const options = await creationOptions(party, { holder: holderOf(user), excluded, isDiscoverable: true })
  const now = parts.clock()
  const expires = now + ceremonyLifetime
  const session = webAuthnSession({ party, challenge: options.challenge, userId: user.id, expires })
  const id = randomUUID()
  await insertWebAuthnChallenge(parts.pool, {
    id,
    kind: 'registration',
    userId: user.id,
    session,
    at: iso(now),
  })
  return { challenge_id: id, options, expires_at: Math.floor(expires / 1000) }
}

export type CeremonyAnswer = { readonly challenge_id: string; readonly credential: unknown }

/** The challenge that an answer belongs to; from here on it is used up. */
export const takeCeremony = async (
  parts: Parts,
  { challenge_id: id, credential }: CeremonyAnswer,
  whose: { readonly kind: 'registration' | 'authentication'; readonly userId: string | null },
): Promise<string> => {
  if (id === '') throw errors.invalid('challenge_id is required')
  if (credential === undefined) throw errors.invalid('credential is required')
  if (!isUuid(id)) throw errors.invalid('challenge_id must be a valid UUID')
  const taken = await takeWebAuthnChallenge(parts.pool, { id, ...whose })
  if (taken === undefined) throw errors.ceremonyNotFound()
  if (parts.clock() > millis(taken.expires_at)) throw errors.ceremonyOver()
  return taken.session.challenge
}

export type NewPasskey = {
  readonly id: string
  readonly friendly_name: string
  readonly created_at: string
}

export const addPasskey = async (
  parts: Parts,
  me: Me,
  answer: CeremonyAnswer,
  origin: Origin,
): Promise<NewPasskey> => {
  checkRegistrant(me)
  const { user } = me
  const challenge = await takeCeremony(parts, answer, { kind: 'registration', userId: user.id })
  const created = readCreation(answer.credential)
  if (created === undefined) throw errors.ceremonyFailed('Invalid credential response')
  const party = relyingParty(parts.config)
  const credential = await verifyCreation(party, challenge, created).catch((cause: unknown) => {
    throw errors.ceremonyFailed('Credential verification failed', cause)
  })
  const name = await nameOfAuthenticator(credential.aaguid)
  const id = randomUUID()
  return parts.pool.transaction(async (db) => {
    await holdUser(db, user.id)
    if ((await listPasskeys(db, user.id)).length >= mostPasskeys) throw errors.tooManyPasskeys()
    const at = iso(parts.clock())
    const addedAt = await insertPasskey(db, { id, userId: user.id, credential, name, at })
    if (addedAt === undefined) throw errors.credentialExists()
    const traits = { passkey_id: id }
    await recordDeed(db, parts.clock(), { actor: user, action: 'passkey_created', origin, traits })
    return { id, friendly_name: name, created_at: withZ(addedAt) }
  })
}
