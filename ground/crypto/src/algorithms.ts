// The signature algorithms that tokens may use, as one table over node:crypto. Whatever is not in it
// (`none` above all) does not exist. Checks are synchronous: a promise costs more than an HMAC.

import { createHmac, type KeyObject, sign, timingSafeEqual, verify } from 'node:crypto'

type Algorithm = {
  readonly sign: (key: KeyObject, text: string) => Buffer | Promise<Buffer>
  readonly isValid: (key: KeyObject, text: string, signature: Buffer) => boolean
}

const hmac = (key: KeyObject, text: string): Buffer => createHmac('sha256', key).update(text).digest()

const asymmetric = (digest: 'sha256' | null, options: { dsaEncoding?: 'ieee-p1363' } = {}): Algorithm => ({
  // RSA takes a millisecond: signing happens on the thread pool.
  sign: (key, text) =>
    new Promise((resolve, reject) => {
      sign(digest, Buffer.from(text), { key, ...options }, (error, signature) =>
        error === null ? resolve(signature) : reject(error),
      )
    }),
  isValid: (key, text, signature) => verify(digest, Buffer.from(text), { key, ...options }, signature),
})

export const algorithms: Readonly<Record<string, Algorithm>> = {
  HS256: {
    sign: hmac,
    isValid: (key, text, signature) => {
      const expected = hmac(key, text)
      return expected.length === signature.length && timingSafeEqual(expected, signature)
    },
  },
  ES256: asymmetric('sha256', { dsaEncoding: 'ieee-p1363' }),
  RS256: asymmetric('sha256'),
  EdDSA: asymmetric(null),
}

export const findAlgorithm = (name: unknown): Algorithm | undefined =>
  typeof name === 'string' && Object.hasOwn(algorithms, name) ? algorithms[name] : undefined
