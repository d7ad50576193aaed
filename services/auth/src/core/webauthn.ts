// Ceremonies of security keys and passkeys: what a browser is asked for, and whether its answer is good. The only
// file that knows the library, which takes a quarter of a second to load.

import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import { z } from 'zod'
import type { RelyingParty } from './relying-party.ts'

const library = () => import('@simplewebauthn/server')

/** A public key and what is known about its keeper. Ids are base64url. */
export type Credential = {
  readonly id: string
  readonly publicKey: Uint8Array
  readonly signCount: number
  readonly transports: readonly string[]
  readonly backupEligible: boolean
  readonly backedUp: boolean
}

export type NewCredential = Credential & { readonly attestationType: string; readonly aaguid: string }

/** Whom a browser makes a key for. */
export type Holder = { readonly id: string; readonly name: string; readonly displayName: string }

const timeout = 300_000
/** Longest id of a key in bytes, as the protocol has it. */
const longestId = 1023
/** Ways to reach a key that browsers know; what else a client may say is not kept. */
const ways = new Set(['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'])
/** COSE numbers, the ones most keys speak first: ECDSA, RSA, RSA-PSS, EdDSA. */
const algorithms = [-7, -35, -36, -257, -258, -259, -37, -38, -39, -8]

const Text = z.string().min(1)
const Common = {
  id: Text,
  rawId: Text,
  type: z.literal('public-key'),
  clientExtensionResults: z.record(z.string(), z.unknown()).nullish(),
}
const Creation = z.looseObject({
  ...Common,
  response: z.looseObject({
    clientDataJSON: Text,
    attestationObject: Text,
    transports: z.array(z.string()).nullish(),
  }),
})
const Assertion = z.looseObject({
  ...Common,
  response: z.looseObject({
    clientDataJSON: Text,
    authenticatorData: Text,
    signature: Text,
    userHandle: z.string().nullish(),
  }),
})

export type Created = z.infer<typeof Creation>
export type Asserted = z.infer<typeof Assertion>

/** A browser's answers; `undefined` for anything else. */
export const readCreation = (value: unknown): Created | undefined => Creation.safeParse(value).data
export const readAssertion = (value: unknown): Asserted | undefined => Assertion.safeParse(value).data

const descriptor = ({ id, transports }: Pick<Credential, 'id' | 'transports'>) => ({
  id,
  ...(transports.length === 0 ? {} : { transports: [...transports] as 'usb'[] }),
})

type Creating = {
  readonly holder: Holder
  readonly excluded: readonly Pick<Credential, 'id' | 'transports'>[]
  /** Found by the browser without a name being typed. */
  readonly isDiscoverable: boolean
}

/** Options for `navigator.credentials.create`. */
export const creationOptions = async (
  party: RelyingParty,
  { holder, excluded, isDiscoverable }: Creating,
) => {
  const { generateRegistrationOptions } = await library()
  return generateRegistrationOptions({
    rpID: party.id,
    rpName: party.name,
    userID: new TextEncoder().encode(holder.id),
    userName: holder.name,
    userDisplayName: holder.displayName,
    timeout,
    attestationType: 'none',
    excludeCredentials: excluded.map(descriptor),
    authenticatorSelection: {
      residentKey: isDiscoverable ? 'required' : 'discouraged',
      userVerification: 'preferred',
    },
    supportedAlgorithmIDs: algorithms,
  })
}

/** Options for `navigator.credentials.get`; without a list the browser offers what it has. */
export const requestOptions = async (
  party: RelyingParty,
  allowed?: readonly Pick<Credential, 'id' | 'transports'>[],
) => {
  const { generateAuthenticationOptions } = await library()
  return generateAuthenticationOptions({
    rpID: party.id,
    timeout,
    userVerification: 'preferred',
    ...(allowed === undefined ? {} : { allowCredentials: allowed.map(descriptor) }),
  })
}

/** The new key; throws when the answer does not belong to the challenge, the site or the key. */
export const verifyCreation = async (
  party: RelyingParty,
  challenge: string,
  created: Created,
): Promise<NewCredential> => {
  const { verifyRegistrationResponse } = await library()
  const { verified, registrationInfo: info } = await verifyRegistrationResponse({
    // Checked above as far as the library relies on it.
    response: { ...created, clientExtensionResults: {} } as unknown as RegistrationResponseJSON,
    expectedChallenge: challenge,
    expectedOrigin: [...party.origins],
    expectedRPID: party.id,
    requireUserVerification: false,
    supportedAlgorithmIDs: algorithms,
  })
  if (!verified) throw new Error('the attestation is not good')
  if (Buffer.byteLength(info.credential.id, 'base64url') > longestId) throw new Error('the id is too long')
  return {
    id: info.credential.id,
    publicKey: info.credential.publicKey,
    signCount: info.credential.counter,
    transports: (created.response.transports ?? []).filter((way) => ways.has(way)),
    backupEligible: info.credentialDeviceType === 'multiDevice',
    backedUp: info.credentialBackedUp,
    attestationType: info.fmt,
    aaguid: info.aaguid,
  }
}

/** How often the key was used; throws when the answer is not this key's, or was heard before. */
export const verifyAssertion = async (
  party: RelyingParty,
  challenge: string,
  { asserted, credential }: { readonly asserted: Asserted; readonly credential: Credential },
): Promise<Pick<Credential, 'signCount' | 'backedUp'>> => {
  const { verifyAuthenticationResponse } = await library()
  const { verified, authenticationInfo: info } = await verifyAuthenticationResponse({
    // Checked above as far as the library relies on it.
    response: { ...asserted, clientExtensionResults: {} } as unknown as AuthenticationResponseJSON,
    expectedChallenge: challenge,
    expectedOrigin: [...party.origins],
    expectedRPID: party.id,
    credential: {
      id: credential.id,
      publicKey: Uint8Array.from(credential.publicKey),
      counter: credential.signCount,
    },
    requireUserVerification: false,
  })
  const isEligible = info.credentialDeviceType === 'multiDevice'
  if (!verified) throw new Error('the signature is not good')
  if (isEligible !== credential.backupEligible) throw new Error('the key changed whether it can be copied')
  return { signCount: info.newCounter, backedUp: info.credentialBackedUp }
}
