// Signature of a token against the server's keys. What the claims say is looked at elsewhere, at every request.

import { createHmac, type KeyObject, timingSafeEqual, verify } from 'node:crypto'
import type { TokenKey } from './keys.ts'
import { authErrors } from './problems.ts'

export type Claims = Readonly<Record<string, unknown>>

type Check = (key: KeyObject, signed: string, signature: Buffer) => boolean
type Algorithm = { readonly family: string; readonly check: Check }

const hmac = (hash: string): Algorithm => ({
  family: 'HS',
  check: (key, signed, signature) => {
    const expected = createHmac(hash, key).update(signed).digest()
    return expected.length === signature.length && timingSafeEqual(expected, signature)
  },
})

const asymmetric = (family: string, hash: string | null): Algorithm => ({
  family,
  check: (key, signed, signature) =>
    verify(hash, Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }, signature),
})

const algorithms: Readonly<Record<string, Algorithm>> = {
  HS256: hmac('sha256'),
  HS384: hmac('sha384'),
  HS512: hmac('sha512'),
  RS256: asymmetric('RS', 'sha256'),
  RS384: asymmetric('RS', 'sha384'),
  RS512: asymmetric('RS', 'sha512'),
  ES256: asymmetric('ES', 'sha256'),
  ES384: asymmetric('ES', 'sha384'),
  ES512: asymmetric('ES', 'sha512'),
  EdDSA: asymmetric('EdDSA', null),
}

const readObject = (part: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
    // Checked: an object; whoever reads a member checks it.
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

const findAlgorithm = (name: unknown): Algorithm => {
  if (name === 'none') throw authErrors.wrongAlgorithm("JWT is unsecured but expected 'alg' was not 'none'")
  const known = typeof name === 'string' && Object.hasOwn(algorithms, name) ? algorithms[name] : undefined
  if (known === undefined) throw authErrors.badCrypto()
  return known
}

/** Claims of a token that one of the keys has signed; throws one of `authErrors`. */
export const verifyToken = (keys: readonly TokenKey[], token: string): Claims => {
  if (token === '') throw authErrors.emptyToken()
  const parts = token.split('.')
  const [head = '', body = '', signature = ''] = parts
  if (parts.length !== 3) throw authErrors.wrongParts(parts.length)
  const header = readObject(head)
  if (header === undefined) throw authErrors.badCrypto()
  const { alg, kid } = header
  const algorithm = findAlgorithm(alg)
  const fitting = keys.filter(
    (key) =>
      key.family === algorithm.family &&
      (key.algorithm === undefined || key.algorithm === alg) &&
      (key.id === undefined || kid === undefined || key.id === kid),
  )
  if (fitting.length === 0) throw authErrors.noKey('No suitable key was found to decode the JWT')
  const bytes = Buffer.from(signature, 'base64url')
  if (!fitting.some(({ key }) => algorithm.check(key, `${head}.${body}`, bytes)))
    throw authErrors.noKey('None of the keys was able to decode the JWT')
  const claims = readObject(body)
  if (claims === undefined) throw authErrors.badClaims('Parsing claims failed')
  return claims
}
