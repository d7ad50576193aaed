// Public keys out of somebody else's key set: those that our checks can use, and nothing but their public half.

import { createPublicKey, type JsonWebKey } from 'node:crypto'
import type { SigningKey } from '@plinth/contracts'

export type KeySet = { readonly keys: readonly Readonly<Record<string, unknown>>[] }

/** Whether a document is a key set at all; what its keys are good for is another question. */
export const isKeySet = (value: unknown): value is KeySet => {
  if (typeof value !== 'object' || value === null || !('keys' in value)) return false
  const { keys } = value
  return Array.isArray(keys) && keys.every((key) => typeof key === 'object' && key !== null)
}

const algorithms: Readonly<Record<string, SigningKey['algorithm']>> = {
  RSA: 'RS256',
  EC: 'ES256',
  OKP: 'EdDSA',
}

const read = (jwk: Readonly<Record<string, unknown>>): SigningKey | undefined => {
  const algorithm = algorithms[String(jwk['kty'])]
  const isUsable =
    algorithm !== undefined &&
    typeof jwk['kid'] === 'string' &&
    (jwk['alg'] ?? algorithm) === algorithm &&
    (jwk['use'] ?? 'sig') === 'sig'
  if (!isUsable) return undefined
  try {
    const key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' })
    const { crv, ...numbers } = key.export({ format: 'jwk' })
    if (algorithm === 'ES256' && crv !== 'P-256') return undefined
    if (algorithm === 'EdDSA' && crv !== 'Ed25519') return undefined
    const id = String(jwk['kid'])
    // `previously_used`: good for checking tokens, never for signing them.
    return { id, algorithm, status: 'previously_used', jwk: { ...numbers, ...(crv && { crv }), kid: id } }
  } catch {
    return undefined
  }
}

export const usableKeys = (set: KeySet): readonly SigningKey[] => set.keys.flatMap((jwk) => read(jwk) ?? [])
