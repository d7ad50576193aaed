// A project's token keys as node:crypto wants them: by id, with the secret of the legacy tokens beside.

import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto'
import type { SigningKey } from '@plinth/contracts'

export type KeySource = {
  /** Secret of HS256 tokens that name no key. */
  readonly secret: string
  readonly signingKeys: readonly SigningKey[]
}

const bytesOfSecret = (jwk: JsonWebKey): Buffer => {
  if (typeof jwk.k !== 'string') throw new Error('An HS256 signing key needs "k".')
  return Buffer.from(jwk.k, 'base64url')
}

export const privateKeyOf = ({ algorithm, jwk }: SigningKey): KeyObject =>
  algorithm === 'HS256' ? createSecretKey(bytesOfSecret(jwk)) : createPrivateKey({ key: jwk, format: 'jwk' })

export const verificationKeyOf = ({ algorithm, jwk }: SigningKey): KeyObject =>
  algorithm === 'HS256' ? createSecretKey(bytesOfSecret(jwk)) : createPublicKey({ key: jwk, format: 'jwk' })

export const legacyKeyOf = ({ secret }: KeySource): KeyObject => createSecretKey(Buffer.from(secret))

/** Keys whose tokens still count: all but the revoked ones. */
export const trustedKeys = ({ signingKeys }: KeySource): readonly SigningKey[] =>
  signingKeys.filter((key) => key.status !== 'revoked')
