// `jwt-secret` in every form it comes in: a text, base64, one JSON web key, a set of them.

import { createPublicKey, createSecretKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { SettingProblem } from '@plinth/rest'

export type TokenKey = {
  readonly id: string | undefined
  /** Where the key says it: the only algorithm it is for. */
  readonly algorithm: string | undefined
  /** `HS`, `RS`, `ES` or `EdDSA`. */
  readonly family: string
  readonly key: KeyObject
}

type Jwk = JsonWebKey & { readonly kid?: unknown; readonly alg?: unknown; readonly use?: unknown }

const families: Readonly<Record<string, string>> = { oct: 'HS', RSA: 'RS', EC: 'ES', OKP: 'EdDSA' }
const shortest = 32

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

const readKey = (jwk: Jwk): TokenKey | undefined => {
  const family = families[String(jwk.kty)]
  if (family === undefined) return undefined
  try {
    const key =
      family === 'HS'
        ? createSecretKey(Buffer.from(String(jwk.k), 'base64url'))
        : createPublicKey({ key: jwk, format: 'jwk' })
    return { id: textOf(jwk.kid), algorithm: textOf(jwk.alg), family, key }
  } catch {
    return undefined
  }
}

const parseJson = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(bytes.toString())
  } catch {
    return undefined
  }
}

/** Throws `SettingProblem` when the secret is too short. */
export const parseKeys = (secret: Buffer): readonly TokenKey[] => {
  const json = parseJson(secret)
  if (isObject(json)) {
    const listed: readonly unknown[] = Array.isArray(json['keys']) ? json['keys'] : [json]
    const keys = listed.filter(isObject).map(readKey)
    const usable = keys.filter((key) => key !== undefined)
    if (usable.length === listed.length) return usable
  }
  if (secret.length < shortest)
    throw new SettingProblem('The JWT secret must be at least 32 characters long.')
  return [{ id: undefined, algorithm: 'HS256', family: 'HS', key: createSecretKey(secret) }]
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** Standard or url-safe base64; dots stand for padding. */
export const decodeSecret = (text: string): Buffer => {
  const standard = text.trim().replaceAll('_', '/').replaceAll('-', '+').replaceAll('.', '=')
  if (!base64.test(standard)) throw new SettingProblem('The JWT secret is not valid base64.')
  return Buffer.from(standard, 'base64')
}
