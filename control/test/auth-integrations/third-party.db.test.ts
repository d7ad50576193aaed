// Other issuers: their tokens pass the project's own check, until the trust ends.

import { generateKeyPairSync } from 'node:crypto'
import { makeSigner, makeVerifier } from '@plinth/crypto'
import { trustIssuers } from '@plinth/http'
import { afterAll, expect, test } from 'vitest'
import { testControl } from '../test-control.ts'

const t = await testControl()
const ref = await t.createProject()
const path = `/v1/projects/${ref}/config/auth/third-party-auth`
afterAll(() => t.close())

const jwt = () => t.host.specs.findLast((spec) => spec.ref === ref)!.jwt
/** As the project's stack checks tokens. */
const verify = (token: string) => {
  const { issuers = [], ...own } = jwt()
  const others = trustIssuers(issuers, {
    outbound: () => Promise.reject(new Error('nobody')),
    observe: () => undefined,
  })
  return makeVerifier({ ...own, others }).verify(token)
}
const issuer = (kid: string) => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = privateKey.export({ format: 'jwk' })
  const key = { id: kid, algorithm: 'ES256' as const, status: 'in_use' as const, jwk: { ...jwk } }
  return {
    set: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid }] },
    leaky: { keys: [{ ...jwk, kid }] },
    token: () => makeSigner({ secret: 'x'.repeat(32), signingKeys: [key] }).sign({ sub: 'them', exp: 4e9 }),
  }
}
const theirs = issuer('their-key')

test('tokens of a trusted issuer count, and no longer after', async () => {
  const made = await t.asOwner('POST', path, { custom_jwks: theirs.set })
  expect(made).toMatchObject({ status: 201, body: { type: 'custom', resolved_jwks: theirs.set } })
  const token = await theirs.token()
  expect(verify(token)).toMatchObject({ sub: 'them' })
  expect((await t.asOwner('GET', path)).body).toEqual([made.body])
  expect((await t.asOwner('DELETE', `${path}/${made.body.id}`)).body).toEqual(made.body)
  expect(() => verify(token)).toThrow(/no key their-key/)
  expect((await t.asOwner('GET', `${path}/${made.body.id}`)).status).toBe(404)
})

test('only the public half of a key is kept for the stack, and it never signs', async () => {
  const leaky = issuer('leaky')
  await t.asOwner('POST', path, { custom_jwks: leaky.leaky })
  const key = jwt()
    .issuers?.flatMap(({ keys }) => keys)
    .find(({ id }) => id === 'leaky')
  expect(key).toMatchObject({ status: 'previously_used' })
  expect(key?.jwk['d']).toBeUndefined()
  const own = await makeSigner(jwt()).sign({ sub: 'me' })
  expect(JSON.parse(Buffer.from(own.split('.')[0]!, 'base64url').toString()).alg).toBe('HS256')
})

const refused: readonly (readonly [body: object, message: RegExp])[] = [
  [{}, /^Exactly one of/],
  [{ custom_jwks: theirs.set, jwks_url: 'https://x.test' }, /^Exactly one of/],
  [{ custom_jwks: { keys: [] } }, /no key that can be used/],
  [{ custom_jwks: { keys: [{ kty: 'oct', k: 'c2VjcmV0', kid: 'a' }] } }, /no key that can be used/],
  [{ custom_jwks: issuer('leaky').set }, /another key with the kid leaky/],
  [{ custom_jwks: 'nothing' }, /no key that can be used/],
  [{ jwks_url: 'nothing' }, /^jwks_url/],
  [{ jwks_url: 'http://keys.test/' }, /not an https address/],
  [{ jwks_url: 'https://127.0.0.1/' }, /not an address of the public network/],
  [{ jwks_url: 'https://[::1]:1/' }, /not an address of the public network/],
  [{ jwks_url: 'https://2130706433/' }, /not an address of the public network/],
  [{ oidc_issuer_url: 'https://localhost/' }, /not an address of the public network/],
]
test.each(refused)('refuses %j', async (body, message) => {
  const reply = await t.asOwner('POST', path, body)
  expect([reply.status, reply.body.message]).toEqual([400, expect.stringMatching(message)])
})
