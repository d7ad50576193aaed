// A private JWK: made here, or checked when the owner brings one.

import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  randomBytes,
  sign,
  verify,
} from 'node:crypto'
import type { SigningKey } from '@plinth/contracts'
import { z } from 'zod'
import { errors } from './errors.ts'

type Algorithm = SigningKey['algorithm']

const generate: Readonly<Record<Algorithm, () => JsonWebKey>> = {
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }),
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }),
  EdDSA: () => generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }),
  HS256: () => ({ kty: 'oct', k: randomBytes(64).toString('base64url') }),
}

const part = z.string().regex(/^[\w-]+$/, 'must be base64url')
const common = {
  kid: z.uuid().optional(),
  use: z.literal('sig').optional(),
  key_ops: z.array(z.enum(['sign', 'verify'])).optional(),
  ext: z.literal(true).optional(),
}

/** What an owner may bring; other members of a JWK are refused. */
export const PrivateJwk = z.discriminatedUnion('kty', [
  z.strictObject({
    ...common,
    kty: z.literal('RSA'),
    alg: z.literal('RS256').optional(),
    e: z.literal('AQAB'),
    n: part,
    d: part,
    p: part,
    q: part,
    dp: part,
    dq: part,
    qi: part,
  }),
  z.strictObject({
    ...common,
    kty: z.literal('EC'),
    alg: z.literal('ES256').optional(),
    crv: z.literal('P-256'),
    x: part,
    y: part,
    d: part,
  }),
  z.strictObject({
    ...common,
    kty: z.literal('OKP'),
    alg: z.literal('EdDSA').optional(),
    crv: z.literal('Ed25519'),
    x: part,
    d: part,
  }),
  z.strictObject({ ...common, kty: z.literal('oct'), alg: z.literal('HS256').optional(), k: part }),
])
export type PrivateJwk = z.infer<typeof PrivateJwk>

const kinds: Readonly<Record<Algorithm, string>> = { RS256: 'RSA', ES256: 'EC', EdDSA: 'OKP', HS256: 'oct' }
const leastSecretBytes = 32
const leastRsaBits = 2048

const openPrivate = (jwk: JsonWebKey): KeyObject => {
  try {
    return createPrivateKey({ key: jwk, format: 'jwk' })
  } catch {
    throw errors.badKey('its numbers are no key')
  }
}

const signProbe = (digest: string | null, key: KeyObject): Buffer => {
  try {
    return sign(digest, Buffer.from('plinth'), key)
  } catch {
    throw errors.badKey('its numbers are no key')
  }
}

/** The numbers must be a key, and its public half the one that stands beside it. */
const checkNumbers = (jwk: PrivateJwk): void => {
  if (jwk.kty === 'oct') {
    if (Buffer.from(jwk.k, 'base64url').length < leastSecretBytes)
      throw errors.badKey(`k must hold at least ${leastSecretBytes} bytes`)
    return
  }
  const key = openPrivate({ ...jwk, key_ops: undefined } as JsonWebKey)
  // Reading a key does not compare its halves; a signature does.
  const digest = jwk.kty === 'OKP' ? null : 'sha256'
  const isOwn = verify(digest, Buffer.from('plinth'), createPublicKey(key), signProbe(digest, key))
  if (!isOwn) throw errors.badKey('its public half belongs to another key')
  if (jwk.kty === 'RSA' && (key.asymmetricKeyDetails?.modulusLength ?? 0) < leastRsaBits)
    throw errors.badKey(`an RSA key needs ${leastRsaBits} bits`)
}

export const makeJwk = (algorithm: Algorithm, own: PrivateJwk | undefined): JsonWebKey => {
  if (own === undefined) return generate[algorithm]()
  if (own.kty !== kinds[algorithm]) throw errors.badKey(`kty: ${algorithm} needs ${kinds[algorithm]}`)
  checkNumbers(own)
  const { kid: _, use: __, key_ops: ___, ext: ____, alg: _____, ...numbers } = own
  return numbers
}

/** What may be shown; a shared secret has no public half. */
export const publicHalf = (key: SigningKey): JsonWebKey | null => {
  if (key.algorithm === 'HS256') return null
  const jwk = createPublicKey({ key: key.jwk as JsonWebKey, format: 'jwk' }).export({ format: 'jwk' })
  return { ...jwk, kid: key.id, alg: key.algorithm, use: 'sig', key_ops: ['verify'], ext: true }
}
