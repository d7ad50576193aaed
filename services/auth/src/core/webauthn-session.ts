// A ceremony between its two requests, as it rests in the database. Names of keys are upstream's.

import type { RelyingParty } from './relying-party.ts'
import { iso } from './time.ts'

export type WebAuthnSession = {
  readonly challenge: string
  readonly rpId: string
  /** base64 of the user's id; empty where the key is to say whose it is. */
  readonly user_id: string
  readonly expires: string
  readonly userVerification: 'preferred'
}

type Begun = {
  readonly party: RelyingParty
  readonly challenge: string
  readonly userId?: string
  readonly expires: number
}

export const webAuthnSession = ({ party, challenge, userId = '', expires }: Begun): WebAuthnSession => ({
  challenge,
  rpId: party.id,
  user_id: Buffer.from(userId).toString('base64'),
  expires: iso(expires),
  userVerification: 'preferred',
})
