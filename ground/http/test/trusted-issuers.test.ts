// Keys of other issuers stay fresh: a new key works as soon as a token brings it, one that was taken back no longer.

import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Observation, SigningKey } from '@plinth/contracts'
import { makeSigner, makeVerifier, usableKeys } from '@plinth/crypto'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { makeOutbound } from '../src/outbound.ts'
import { parseAllowedNetwork } from '../src/private-network.ts'
import { type TrustedIssuers, trustIssuers } from '../src/trusted-issuers.ts'

const newKey = (kid: string) => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid }
  const own: SigningKey = {
    id: kid,
    algorithm: 'ES256',
    status: 'in_use',
    jwk: { ...privateKey.export({ format: 'jwk' }) },
  }
  const token = () => makeSigner({ secret: 'x'.repeat(32), signingKeys: [own] }).sign({ sub: kid, exp: 4e9 })
  return { jwk, token }
}

let published: unknown = { keys: [] }
let status = 200
let asked = 0
const server = createServer((request, response) => {
  const { port } = server.address() as AddressInfo
  if (request.url === '/jwks') asked += 1
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'public, max-age=3600' })
  const discovery = { jwks_uri: `http://127.0.0.1:${port}/jwks` }
  response.end(JSON.stringify(request.url === '/jwks' ? published : discovery))
})
beforeAll(() => new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve)))
afterAll(() => {
  server.closeAllConnections()
  return new Promise<void>((resolve) => void server.close(() => resolve()))
})

const outbound = makeOutbound({ allowed: parseAllowedNetwork('127.0.0.1') })
const noticed: unknown[] = []
let now = 1_000_000
let open: TrustedIssuers | undefined
afterEach(() => {
  open?.close()
  published = { keys: [] }
  status = 200
  noticed.length = 0
})

const trust = (keys: readonly object[], where: object = {}) => {
  const { port } = server.address() as AddressInfo
  const oidcIssuerUrl = `http://127.0.0.1:${port}/`
  const issuer = {
    id: 'theirs',
    keys: [...usableKeys({ keys: keys.map((key) => ({ ...key })) })],
    oidcIssuerUrl,
  }
  open = trustIssuers([{ ...issuer, ...where }], {
    outbound,
    observe: (seen) => void noticed.push((seen as Observation).event),
    clock: () => now,
  })
  const others = open
  const verifier = makeVerifier({ secret: 'x'.repeat(32), signingKeys: [], others })
  const counts = async (key: ReturnType<typeof newKey>) => {
    const token = await key.token()
    try {
      return verifier.verify(token)['sub'] === key.jwk.kid
    } catch {
      return false
    }
  }
  return { others, counts }
}

it('takes a key as soon as the issuer publishes it, and lets go of one that it takes back', async () => {
  const [first, second] = [newKey('first'), newKey('second')]
  published = { keys: [first.jwk] }
  const { others, counts } = trust([first.jwk])
  expect(await counts(first)).toBe(true)
  await others.refresh()
  published = { keys: [second.jwk] }
  expect(await counts(second)).toBe(false)
  now += 11_000
  await others.refresh()
  expect([await counts(first), await counts(second)]).toEqual([false, true])
})

it('reads at the start: what it was told may be old', async () => {
  const [old, fresh] = [newKey('old'), newKey('fresh')]
  published = { keys: [fresh.jwk] }
  const { counts } = trust([old.jwk])
  await vi.waitFor(async () => expect([await counts(old), await counts(fresh)]).toEqual([false, true]))
})

it('asks no more often than the issuer can bear, and once for many', async () => {
  const key = newKey('one')
  published = { keys: [key.jwk] }
  const { others } = trust([key.jwk])
  await others.refresh()
  const before = asked
  await Promise.all(Array.from({ length: 20 }, () => others.refresh()))
  expect(asked).toBe(before)
  now += 11_000
  await Promise.all(Array.from({ length: 20 }, () => others.refresh()))
  expect(asked).toBe(before + 1)
})

it.each([
  ['does not answer well', 500, { keys: [] }],
  ['publishes no keys', 200, { keys: [] }],
  ['publishes something else', 200, 'keys'],
])('goes on with what it knows when the issuer %s', async (_name, code, answer) => {
  const key = newKey('kept')
  status = code
  published = answer
  const { others, counts } = trust([key.jwk])
  await others.refresh()
  expect(await counts(key)).toBe(true)
  expect(noticed).toEqual(['issuer.keys_not_read'])
})

it('leaves keys alone that were given by hand', async () => {
  const key = newKey('by-hand')
  const { others, counts } = trust([key.jwk], { oidcIssuerUrl: undefined })
  const before = asked
  await others.refresh()
  expect([await counts(key), asked]).toEqual([true, before])
})

it('never lets a shared secret of an issuer sign', async () => {
  published = { keys: [{ kty: 'oct', k: 'c2VjcmV0', kid: 'shared', alg: 'HS256' }, newKey('good').jwk] }
  const { others } = trust([])
  await others.refresh()
  expect([others.find('shared'), others.find('good')?.algorithm]).toEqual([undefined, 'ES256'])
})
