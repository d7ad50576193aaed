// Signs user tokens with the key that is in use and publishes the public halves of all trusted keys.

import type { JsonWebKey } from 'node:crypto'
import type { SigningKey } from '@plinth/contracts'
import { algorithms } from './algorithms.ts'
import { signHs256 } from './hs256.ts'
import { type KeySource, privateKeyOf, trustedKeys, verificationKeyOf } from './key-set.ts'
import { unsignedToken } from './token.ts'

export type Signer = {
  readonly sign: (claims: object) => Promise<string>
  /** Public keys only; shared secrets are never shown. */
  readonly jwks: () => { readonly keys: readonly JsonWebKey[] }
}

const publicJwk = (key: SigningKey): JsonWebKey => ({
  ...verificationKeyOf(key).export({ format: 'jwk' }),
  kid: key.id,
  alg: key.algorithm,
  use: 'sig',
  key_ops: ['verify'],
  ext: true,
})

const signWith = (key: SigningKey): Signer['sign'] => {
  const algorithm = algorithms[key.algorithm]
  if (algorithm === undefined) throw new Error(`No algorithm ${key.algorithm}.`)
  const secret = privateKeyOf(key)
  const header = { alg: key.algorithm, kid: key.id, typ: 'JWT' }
  return async (claims) => {
    const text = unsignedToken(header, claims)
    return `${text}.${(await algorithm.sign(secret, text)).toString('base64url')}`
  }
}

/** Without a key in use the legacy secret signs, and tokens name no key. */
export const makeSigner = (source: KeySource): Signer => {
  const inUse = source.signingKeys.find((key) => key.status === 'in_use')
  const keys = trustedKeys(source)
    .filter((key) => key.algorithm !== 'HS256')
    .map(publicJwk)
  return {
    sign: inUse === undefined ? async (claims) => signHs256(source.secret, claims) : signWith(inUse),
    jwks: () => ({ keys }),
  }
}
