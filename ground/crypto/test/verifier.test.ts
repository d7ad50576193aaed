// Which tokens are believed: made by our keys, in time, with the algorithm of their key, and unchanged.

import { createHmac, generateKeyPairSync, randomUUID } from 'node:crypto'
import { SigningKey } from '@plinth/contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeSigner, makeVerifier, signHs256, TokenError } from '../src/index.ts'

const secret = 'a-secret-of-at-least-thirty-two-characters'
const start = 1_800_000_000
const now = () => start * 1000

const pairs = {
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
  EdDSA: () => generateKeyPairSync('ed25519').privateKey,
}
type Asymmetric = keyof typeof pairs
const newKey = (algorithm: Asymmetric, status: SigningKey['status']): SigningKey =>
  SigningKey.parse({ id: randomUUID(), algorithm, status, jwk: pairs[algorithm]().export({ format: 'jwk' }) })
const sharedKey = (status: SigningKey['status']): SigningKey => ({
  id: randomUUID(),
  algorithm: 'HS256',
  status,
  jwk: { kty: 'oct', k: Buffer.from('another secret of thirty-two bytes').toString('base64url') },
})

const reasonOf = (run: () => unknown): string => {
  try {
    run()
  } catch (thrown) {
    return thrown instanceof TokenError ? thrown.reason : `not a token error: ${String(thrown)}`
  }
  return 'accepted'
}
const reason = (token: string, signingKeys: SigningKey[] = []) =>
  reasonOf(() => makeVerifier({ secret, signingKeys, now }).verify(token))

describe('the legacy secret', () => {
  const claims = { sub: 'u', exp: start + 60 }
  it('signs and verifies', () => {
    const { verify } = makeVerifier({ secret, signingKeys: [], now })
    const token = signHs256(secret, claims)
    expect(verify(token)).toEqual(claims)
    expect(verify(token)).toBe(verify(token))
  })

  const [header = '', body = '', signature = ''] = signHs256(secret, claims).split('.')
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signed = (head: object, content: unknown) => {
    const text = `${part(head)}.${part(content)}`
    return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
  }
  it.each([
    ['no token', '', 'malformed'],
    ['two parts', `${header}.${body}`, 'malformed'],
    ['padding', `${header}.${body}.${signature}=`, 'malformed'],
    ['claims that are a list', signed({ alg: 'HS256' }, []), 'malformed'],
    ['a time that is text', signed({ alg: 'HS256' }, { exp: '1' }), 'malformed'],
    ['no signature', `${header}.${body}.`, 'signature'],
    ['alg none', `${part({ alg: 'none' })}.${body}.`, 'algorithm'],
    ['alg of a prototype', `${part({ alg: 'constructor' })}.${body}.x`, 'algorithm'],
    ['another HMAC', signed({ alg: 'HS512' }, claims), 'algorithm'],
    ['a critical extension', signed({ alg: 'HS256', crit: ['x'] }, claims), 'algorithm'],
    ['an unknown key', signed({ alg: 'HS256', kid: 'nobody' }, claims), 'unknown_key'],
    ['a kid that is no text', signed({ alg: 'HS256', kid: 1 }, claims), 'unknown_key'],
    ['ES256 without a key', signed({ alg: 'ES256' }, claims), 'unknown_key'],
    ['another secret', signHs256(`${secret}!`, claims), 'signature'],
    ['31 s after its end', signHs256(secret, { exp: start - 31 }), 'expired'],
    ['29 s after its end', signHs256(secret, { exp: start - 29 }), 'accepted'],
    ['31 s before its start', signHs256(secret, { nbf: start + 31 }), 'not_yet_valid'],
    ['issued in the future', signHs256(secret, { iat: start + 31 }), 'issued_in_future'],
    ['issued 29 s in the future', signHs256(secret, { iat: start + 29 }), 'accepted'],
    [
      'both over and issued in the future',
      signHs256(secret, { iat: start + 31, exp: start - 31 }),
      'expired',
    ],
    ['no end', signHs256(secret, {}), 'accepted'],
  ])('%s', (_name, token, expected) => expect(reason(token)).toBe(expected))

  it('forgets a remembered token when it ends', () => {
    let time = now()
    const { verify } = makeVerifier({ secret, signingKeys: [], now: () => time })
    const token = signHs256(secret, claims)
    verify(token)
    time += 91_000
    expect(reasonOf(() => verify(token))).toBe('expired')
  })

  it('refuses a remembered token that comes from the future since the clock was set back', () => {
    let time = now()
    const { verify } = makeVerifier({ secret, signingKeys: [], now: () => time })
    const token = signHs256(secret, { iat: start, exp: start + 3600 })
    verify(token)
    time -= 31_000
    expect(reasonOf(() => verify(token))).toBe('issued_in_future')
    time += 31_000
    expect(reasonOf(() => verify(token))).toBe('accepted')
  })

  it('keeps to other rules where they are given', () => {
    const times = { clockSkew: 0, isIssueChecked: false }
    const { verify } = makeVerifier({ secret, signingKeys: [], times, now })
    expect(reasonOf(() => verify(signHs256(secret, { iat: start + 3600 })))).toBe('accepted')
    expect(reasonOf(() => verify(signHs256(secret, { nbf: start + 1 })))).toBe('not_yet_valid')
    expect(reasonOf(() => verify(signHs256(secret, { exp: start })))).toBe('expired')
  })

  it('refuses any changed letter', () => {
    const token = `${header}.${body}.${signature}`
    const letter = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.')
    // The last letter of a part holds unused bits: another spelling of the same bytes is the same token.
    fc.assert(
      fc.property(fc.nat(token.length - 2), letter, (at, other) => {
        fc.pre(token[at] !== other && token[at + 1] !== '.')
        expect(reason(token.slice(0, at) + other + token.slice(at + 1))).not.toBe('accepted')
      }),
    )
  })
})

describe.each(['ES256', 'RS256', 'EdDSA'] as const)('%s keys', (algorithm) => {
  const key = newKey(algorithm, 'in_use')
  const claims = { sub: 'u', exp: start + 60 }
  it('signs, verifies and publishes the public half only', async () => {
    const { sign, jwks } = makeSigner({ secret, signingKeys: [key] })
    const token = await sign(claims)
    expect(reason(token, [key])).toBe('accepted')
    expect(reason(token, [])).toBe('unknown_key')
    expect(reason(token, [{ ...newKey(algorithm, 'in_use'), id: key.id }])).toBe('signature')
    const [published] = jwks().keys
    expect(published).toMatchObject({ kid: key.id, alg: algorithm, use: 'sig' })
    for (const secretPart of ['d', 'p', 'q', 'k']) expect(published).not.toHaveProperty(secretPart)
  })
  it('does not take its public key for an HMAC secret', () => {
    const { jwks } = makeSigner({ secret, signingKeys: [key] })
    const forged = signHs256(JSON.stringify(jwks().keys[0]), claims, { kid: key.id })
    expect(reason(forged, [key])).toBe('unknown_key')
  })
})

describe('the life of a key', () => {
  it.each([
    ['standby', 'accepted', 1],
    ['in_use', 'accepted', 1],
    ['previously_used', 'accepted', 1],
    ['revoked', 'unknown_key', 0],
  ] as const)('%s', async (status, expected, published) => {
    const key = newKey('ES256', 'in_use')
    const token = await makeSigner({ secret, signingKeys: [key] }).sign({})
    const later = [{ ...key, status }]
    expect(reason(token, later)).toBe(expected)
    expect(makeSigner({ secret, signingKeys: later }).jwks().keys).toHaveLength(published)
  })
  it('signs with the shared key in use and never publishes it', async () => {
    const key = sharedKey('in_use')
    const { sign, jwks } = makeSigner({ secret, signingKeys: [key] })
    expect(reason(await sign({}), [key])).toBe('accepted')
    expect(jwks().keys).toEqual([])
  })
  it('falls back to the legacy secret while no key is in use', async () => {
    const token = await makeSigner({ secret, signingKeys: [newKey('ES256', 'standby')] }).sign({})
    expect(reason(token)).toBe('accepted')
  })
})
