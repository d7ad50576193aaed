// Who is asking, from `Authorization`: https://docs.postgrest.org/en/v14/references/auth.html

import { createHmac, createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { decodeSecret, parseKeys } from '../../src/auth/keys.ts'
import { type CallerSettings, makeCaller } from '../../src/auth/make-caller.ts'
import { parseRolePath } from '../../src/config/role-path.ts'

const secret = Buffer.from('reallyreallyreallyreallyverysafe')
const nowMs = 1_800_000_000_000
const now = nowMs / 1000

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const hs = (claims: unknown, header: object = { alg: 'HS256' }, key = secret, hash = 'sha256') => {
  const text = `${part(header)}.${part(claims)}`
  return `${text}.${createHmac(hash, key).update(text).digest('base64url')}`
}

const settings: CallerSettings = {
  keys: parseKeys(secret),
  audience: null,
  rolePath: parseRolePath('$.role'),
  anonRole: 'web',
  cacheMaxEntries: 10,
}

const counted = (changes: Partial<CallerSettings> = {}) => {
  const counts = { requests: 0, hits: 0, evictions: 0 }
  const make = makeCaller({ ...settings, ...changes }, counts)
  return {
    counts,
    ask: (token?: string) => make(token === undefined ? undefined : `Bearer ${token}`, nowMs),
    make,
  }
}
const ask = (token?: string, changes?: Partial<CallerSettings>) => counted(changes).ask(token)

describe('a caller', () => {
  it('without a token is anonymous', () => {
    expect(ask()).toMatchObject({ role: 'web', claimsJson: '{"role":"web"}', token: undefined })
  })

  it('with a token has its role and claims', () => {
    const token = hs({ role: 'author', sub: 'joe' })
    expect(ask(token)).toMatchObject({ role: 'author', claims: { role: 'author', sub: 'joe' }, token })
  })

  it('without a role in the token is anonymous, and its claims say so', () => {
    expect(ask(hs({ sub: 'joe' }))).toMatchObject({ role: 'web', claims: { sub: 'joe', role: 'web' } })
  })

  it('has the role the path leads to', () => {
    const rolePath = parseRolePath('$.roles[?(@ == "author")]')
    expect(ask(hs({ roles: ['x', 'author'] }), { rolePath }).role).toBe('author')
  })

  it('whose header is of another scheme is anonymous', () => {
    expect(counted().make('Basic abc', nowMs).role).toBe('web')
  })
})

describe('signatures', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const ed = generateKeyPairSync('ed25519')
  const jwks = (...keys: readonly KeyObject[]) =>
    parseKeys(Buffer.from(JSON.stringify({ keys: keys.map((key) => key.export({ format: 'jwk' })) })))
  const signed = (alg: string, hash: string | null, key: KeyObject) => {
    const text = `${part({ alg })}.${part({ role: 'author' })}`
    const signature = sign(hash, Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' })
    return `${text}.${signature.toString('base64url')}`
  }
  const keys = jwks(rsa.publicKey, ec.publicKey, ed.publicKey)

  it.each([
    ['RS256', signed('RS256', 'sha256', rsa.privateKey)],
    ['RS512', signed('RS512', 'sha512', rsa.privateKey)],
    ['ES256', signed('ES256', 'sha256', ec.privateKey)],
    ['EdDSA', signed('EdDSA', null, ed.privateKey)],
  ])('%s by one of several keys', (_name, token) => {
    expect(ask(token, { keys }).role).toBe('author')
  })

  it('a private key in the set only checks', () => {
    const one = jwks(createPrivateKey(ec.privateKey.export({ type: 'pkcs8', format: 'pem' })))
    expect(ask(signed('ES256', 'sha256', ec.privateKey), { keys: one }).role).toBe('author')
  })

  it('HS512 needs a key that is not bound to HS256', () => {
    const jwk = { kty: 'oct', k: secret.toString('base64url') }
    const free = parseKeys(Buffer.from(JSON.stringify(jwk)))
    const token = hs({ role: 'author' }, { alg: 'HS512' }, secret, 'sha512')
    expect(ask(token, { keys: free }).role).toBe('author')
    expect(() => ask(token)).toThrow('No suitable key or wrong key type')
  })

  it('a public key is no HMAC secret', () => {
    const pem = Buffer.from(rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString())
    expect(() => ask(hs({ role: 'author' }, { alg: 'HS256' }, pem), { keys })).toThrow('No suitable key')
  })

  it('a binary secret comes as base64', () => {
    const bytes = Buffer.from(Array.from({ length: 32 }, (_, index) => 255 - index))
    const own = parseKeys(decodeSecret(bytes.toString('base64')))
    expect(ask(hs({ role: 'author' }, { alg: 'HS256' }, bytes), { keys: own }).role).toBe('author')
  })
})

describe('a request is refused', () => {
  const tooLate = { role: 'author', exp: now - 31 }
  it.each<[string, string | undefined, Partial<CallerSettings>, string, string, unknown?]>([
    ['with an empty token', '', {}, 'PGRST301', 'Empty JWT is sent in Authorization header'],
    ['with two parts', 'a.b', {}, 'PGRST301', 'Expected 3 parts in JWT; got 2'],
    ['with letters only', 'quif.von.iuq', {}, 'PGRST301', 'JWT cryptographic operation failed'],
    [
      'with another secret',
      hs({}, { alg: 'HS256' }, Buffer.alloc(32)),
      {},
      'PGRST301',
      'No suitable key or wrong key type',
      'None of the keys was able to decode the JWT',
    ],
    [
      'with another key id',
      hs({}, { alg: 'HS256', kid: 'b' }),
      {
        keys: parseKeys(
          Buffer.from(JSON.stringify({ kty: 'oct', kid: 'a', k: secret.toString('base64url') })),
        ),
      },
      'PGRST301',
      'No suitable key or wrong key type',
      'No suitable key was found to decode the JWT',
    ],
    [
      'unsigned',
      `${part({ alg: 'none' })}.${part({ role: 'author' })}.`,
      {},
      'PGRST301',
      'Wrong or unsupported encoding algorithm',
      "JWT is unsecured but expected 'alg' was not 'none'",
    ],
    ['with claims that are no object', hs([1]), {}, 'PGRST303', 'Parsing claims failed'],
    ['too late', hs(tooLate), {}, 'PGRST303', 'JWT expired'],
    ['too early', hs({ nbf: now + 31 }), {}, 'PGRST303', 'JWT not yet valid'],
    ['from the future', hs({ iat: now + 31 }), {}, 'PGRST303', 'JWT issued at future'],
    ['with a wrong exp', hs({ exp: '9' }), {}, 'PGRST303', "The JWT 'exp' claim must be a number"],
    ['with a wrong nbf', hs({ nbf: true }), {}, 'PGRST303', "The JWT 'nbf' claim must be a number"],
    ['with a wrong iat', hs({ iat: {} }), {}, 'PGRST303', "The JWT 'iat' claim must be a number"],
    [
      'with a wrong aud',
      hs({ aud: ['a', 1] }),
      {},
      'PGRST303',
      "The JWT 'aud' claim must be a string or an array of strings",
    ],
    ['for others', hs({ aud: 'them' }), { audience: 'us' }, 'PGRST303', 'JWT not in audience'],
    ['for other ones', hs({ aud: ['them', 'those'] }), { audience: 'us' }, 'PGRST303', 'JWT not in audience'],
    ['anonymously', undefined, { anonRole: null }, 'PGRST302', 'Anonymous access is disabled'],
    ['without a role', hs({}), { anonRole: null }, 'PGRST302', 'Anonymous access is disabled'],
    ['when there is no secret', hs({}), { keys: undefined }, 'PGRST300', 'Server lacks JWT secret'],
  ])('%s', (...[, token, changes, code, message, details]) => {
    expect(() => ask(token, changes)).toThrow(expect.objectContaining({ code, message, details }))
  })

  it.each<[string, object, string | null]>([
    ['a moment after its end', { exp: now - 29 }, null],
    ['a moment before its time', { nbf: now + 29, iat: now + 29 }, null],
    ['for us among others', { aud: ['them', 'us'] }, 'us'],
    ['for nobody in particular', { aud: [] }, 'us'],
    ['without an audience', {}, 'us'],
  ])('but not %s', (_name, claims, audience) => {
    expect(ask(hs({ role: 'author', ...claims }), { audience }).role).toBe('author')
  })
})

describe('the cache', () => {
  it('knows tokens again, forgets the oldest, and looks at the clock each time', () => {
    const { ask: same, counts, make } = counted({ cacheMaxEntries: 1 })
    const token = hs({ role: 'author', exp: now + 10 })
    same(token)
    same(token)
    same(hs({ role: 'other' }))
    expect(counts).toEqual({ requests: 3, hits: 1, evictions: 1 })
    same(token)
    expect(() => make(`Bearer ${token}`, nowMs + 60_000)).toThrow('JWT expired')
  })

  it('can be switched off', () => {
    const { ask: same, counts } = counted({ cacheMaxEntries: 0 })
    same(hs({ role: 'author' }))
    expect(counts).toEqual({ requests: 0, hits: 0, evictions: 0 })
  })
})
