// Firebase's variant of scrypt: the derived key encrypts the project's signer key, the ciphertext is the hash.
// `$fbscrypt$v=1,n=14,r=8,p=1,ss=<salt separator>,sk=<signer key>$<salt>$<hash>`, all in base64.

import { createCipheriv, scrypt, timingSafeEqual } from 'node:crypto'

const shape =
  /^\$fbscrypt\$v=1,n=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})(?:,ss=([\w+/=]+))?(?:,sk=([\w+/=]+))?\$([\w+/=]+)\$([\w+/=]+)$/
const memoryLimit = 256 * 1024 * 1024

type Parts = {
  readonly options: { N: number; r: number; p: number; maxmem: number }
  readonly salt: Buffer
  readonly signerKey: Buffer
  readonly expected: Buffer
}

const parse = (hashed: string): Parts | undefined => {
  const [, n, r, p, separator = '', signerKey = '', salt = '', expected = ''] = shape.exec(hashed) ?? []
  const options = { N: 2 ** Number(n), r: Number(r), p: Number(p), maxmem: memoryLimit }
  const isAffordable =
    Number(n) > 0 && options.r > 0 && options.p > 0 && 128 * options.N * options.r * 2 <= memoryLimit
  if (!isAffordable) return undefined
  const bytes = (text: string) => Buffer.from(text, 'base64')
  return {
    options,
    salt: Buffer.concat([bytes(salt), bytes(separator)]),
    signerKey: bytes(signerKey),
    expected: bytes(expected),
  }
}

export const isFirebaseHash = (text: string): boolean => parse(text) !== undefined

export const verifyFirebase = async (password: string, hashed: string): Promise<boolean> => {
  const parts = parse(hashed)
  if (parts === undefined) return false
  const key = await new Promise<Buffer>((resolve, reject) => {
    scrypt(password, parts.salt, 32, parts.options, (error, derived) =>
      error === null ? resolve(derived) : reject(error),
    )
  })
  const actual = createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(parts.signerKey)
  return actual.length === parts.expected.length && timingSafeEqual(actual, parts.expected)
}
