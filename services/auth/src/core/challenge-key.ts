// Asks for a security key: to be made when the factor is new, to be used when it stands.

import { insertChallenge } from '../sql/insert-challenge.ts'
import { listFactorKeys } from '../sql/list-factor-keys.ts'
import { keyOf } from './factor-key.ts'
import {
  type Asking,
  type AskingParts,
  type Challenged,
  challengeLifetime,
  newChallenge,
} from './new-challenge.ts'
import { holderOf } from './passkeys.ts'
import { relyingParty } from './relying-party.ts'
import { creationOptions, requestOptions } from './webauthn.ts'
import { webAuthnSession } from './webauthn-session.ts'

export const challengeKey = async (parts: AskingParts, asking: Asking): Promise<Challenged> => {
  const { user, factor } = asking
  const party = relyingParty(parts.config)
  const keys = (await listFactorKeys(parts.pool, user.id)).map(({ credential }) => keyOf(credential))
  const type = factor.status === 'verified' ? 'request' : 'create'
  const options =
    type === 'request'
      ? await requestOptions(party, keys)
      : await creationOptions(party, { holder: holderOf(user), excluded: keys, isDiscoverable: false })
  const { row, answer } = newChallenge(parts, asking)
  const { challenge } = options
  const expires = parts.clock() + challengeLifetime
  const session = webAuthnSession({ party, challenge, userId: user.id, expires })
  await insertChallenge(parts.pool, { ...row, session })
  return { ...answer, webauthn: { type, credential_options: { publicKey: options } } }
}
