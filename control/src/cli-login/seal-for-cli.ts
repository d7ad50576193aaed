// Seals a token so that only the CLI that asked can read it: ECDH on P-256, then AES-256-GCM under the X
// coordinate of the shared point. All hex; the tag follows the ciphertext.

import { createCipheriv, createECDH, randomBytes } from 'node:crypto'

export type SealedToken = {
  readonly accessToken: string
  readonly publicKey: string
  readonly nonce: string
}

/** An uncompressed point; that it lies on the curve is checked by the exchange itself. */
const pointShape = /^04[0-9a-f]{128}$/i

/** `undefined` when that is no key. */
export const sealForCli = (token: string, cliPublicKey: string): SealedToken | undefined => {
  if (!pointShape.test(cliPublicKey)) return undefined
  const ours = createECDH('prime256v1')
  const publicKey = ours.generateKeys('hex')
  const shared = agree(ours, cliPublicKey)
  if (shared === undefined) return undefined
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', shared, nonce)
  const sealed = Buffer.concat([cipher.update(token, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return { accessToken: sealed.toString('hex'), publicKey, nonce: nonce.toString('hex') }
}

const agree = (ours: ReturnType<typeof createECDH>, theirs: string): Buffer | undefined => {
  try {
    return ours.computeSecret(theirs, 'hex')
  } catch {
    return undefined
  }
}
