// Secrets at rest: AES-256-GCM in an envelope that says how it was sealed, so that the way may change.
// Layout before base64url: version (1 byte), nonce (12), ciphertext, tag (16). The version is authenticated.

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

const version = Buffer.from([1])
const nonceBytes = 12
const tagBytes = 16
const shortest = version.length + nonceBytes + tagBytes

export const seal = (key: Buffer, plain: string | Buffer): string => {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(version)
  const body = Buffer.concat([cipher.update(plain), cipher.final()])
  return Buffer.concat([version, nonce, body, cipher.getAuthTag()]).toString('base64url')
}

/** Throws when the key is another one or a single bit was changed. */
export const unseal = (key: Buffer, sealed: string): Buffer => {
  const bytes = Buffer.from(sealed, 'base64url')
  if (bytes.length < shortest || bytes[0] !== version[0]) {
    throw new Error('This is not a sealed value that this version can open.')
  }
  const nonce = bytes.subarray(version.length, version.length + nonceBytes)
  const body = bytes.subarray(version.length + nonceBytes, -tagBytes)
  const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAAD(version)
  decipher.setAuthTag(bytes.subarray(-tagBytes))
  return Buffer.concat([decipher.update(body), decipher.final()])
}
