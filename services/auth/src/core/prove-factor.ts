// Whether what was shown is the second factor: a code of an app, a code that was sent, a security key's signature.

import { isEqual } from '@plinth/crypto'
import type { PlinthError } from '@plinth/errors'
import type { Db, Origin, Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import type { SecretFactor } from '../sql/find-factor.ts'
import { listFactorKeys } from '../sql/list-factor-keys.ts'
import { storeFactorKey, storeKeyAnswer } from '../sql/store-factor-key.ts'
import type { ChallengeRow } from '../sql/take-challenge.ts'
import { keepKey, keyOf, usedKey } from './factor-key.ts'
import type { FactorKind } from './factor-kinds.ts'
import type { Me } from './load-caller.ts'
import { checkAtProvider, codesAreTheirs } from './phone-codes.ts'
import { relyingParty } from './relying-party.ts'
import { withZ } from './time.ts'
import { isTotpCode } from './totp.ts'
import { readAssertion, readCreation, verifyAssertion, verifyCreation } from './webauthn.ts'

export type KeyAnswer = { readonly type: string; readonly credential_response: unknown }

export type Shown = {
  readonly me: Me
  readonly factor: SecretFactor
  readonly challengeId: string
  readonly code: string
  /** What a security key said. */
  readonly webauthn: KeyAnswer | undefined
  readonly origin: Origin
}

export type Proof = {
  /** What is wrong with it, if anything is. */
  readonly refused?: PlinthError
  /** What is remembered of it, in the transaction that takes it. */
  readonly settle?: (db: Db) => Promise<void>
}

type Prove = (parts: Parts, shown: Shown, challenge: ChallengeRow) => Promise<Proof>

const proveTotp: Prove = async ({ clock }, { factor, code }) =>
  isTotpCode(factor.secret ?? '', code, clock()) ? {} : { refused: errors.factorCodeWrong('TOTP') }

const provePhone: Prove = async (parts, { factor, code }, challenge) => {
  if (codesAreTheirs(parts)) {
    return (await checkAtProvider(parts, factor.phone ?? '', code)) ? {} : { refused: errors.codeInvalid() }
  }
  const isRight = isEqual(code, challenge.otp_code ?? '') && challenge.otp_code !== null
  return isRight ? {} : { refused: errors.factorCodeWrong('MFA Phone') }
}

const challengeData = (challenge: ChallengeRow, { type, credential_response }: KeyAnswer): object => {
  const { id, factor_id, created_at, ip, session } = challenge
  return {
    challenge: {
      challenge_id: id,
      factor_id,
      created_at: withZ(created_at),
      ip_address: ip,
      web_authn_session_data: session,
    },
    type,
    credential_response,
  }
}

const refuse = (cause: unknown) => {
  throw errors.keyRefused(cause)
}

const proveNewKey = async (parts: Parts, { factor }: Shown, challenge: string, answer: KeyAnswer) => {
  const created = readCreation(answer.credential_response)
  if (created === undefined) throw errors.invalid('Invalid credential_response')
  const key = await verifyCreation(relyingParty(parts.config), challenge, created).catch(refuse)
  return (db: Db) => storeFactorKey(db, { factorId: factor.id, key: keepKey(key), aaguid: key.aaguid })
}

const proveKnownKey = async (parts: Parts, { me }: Shown, challenge: string, answer: KeyAnswer) => {
  const asserted = readAssertion(answer.credential_response)
  if (asserted === undefined) throw errors.invalid('Invalid credential_response')
  const keys = await listFactorKeys(parts.pool, me.user.id)
  const known = keys.find(({ credential }) => keyOf(credential).id === asserted.id)
  if (known === undefined) throw errors.keyRefused('the key is not one of this user')
  const credential = keyOf(known.credential)
  const used = await verifyAssertion(relyingParty(parts.config), challenge, { asserted, credential }).catch(
    refuse,
  )
  return (db: Db) => storeFactorKey(db, { factorId: known.id, key: usedKey(known.credential, used) })
}

const proveKey: Prove = async (parts, shown, challenge) => {
  const { webauthn: answer, factor } = shown
  if (answer === undefined) throw errors.invalid('WebAuthn config required')
  if (answer.type !== 'create' && answer.type !== 'request')
    throw errors.invalid('WebAuthn type must be create or request')
  if (answer.credential_response === undefined) throw errors.invalid('credential_response required')
  // A key that is made now must not stand in for the one that was registered.
  const expected = factor.status === 'verified' ? 'request' : 'create'
  if (answer.type !== expected) throw errors.invalid(`WebAuthn type must be ${expected} for this factor`)
  const prove = expected === 'create' ? proveNewKey : proveKnownKey
  const store = await prove(parts, shown, challenge.session?.challenge ?? '', answer)
  const data = challengeData(challenge, answer)
  return {
    settle: async (db) => {
      await store(db)
      await storeKeyAnswer(db, { factorId: factor.id, challengeId: challenge.id, data })
    },
  }
}

export const proofs: Readonly<Record<FactorKind, Prove>> = {
  totp: proveTotp,
  phone: provePhone,
  webauthn: proveKey,
}
