// Signing keys: what the stack signs with and trusts after each step, and steps that are refused.

import { generateKeyPairSync } from 'node:crypto'
import { makeSigner, makeVerifier } from '@plinth/crypto'
import { sql } from '@plinth/postgres'
import { afterAll, describe, expect, test } from 'vitest'
import { testControl } from '../test-control.ts'

const t = await testControl()
afterAll(() => t.close())

const onProject = async () => {
  const ref = await t.createProject()
  const path = `/v1/projects/${ref}/config/auth/signing-keys`
  const jwt = () => t.host.specs.findLast((spec) => spec.ref === ref)!.jwt
  return {
    ref,
    path,
    create: async (body: object) => (await t.asOwner('POST', path, body)).body,
    move: (id: string, status: string) => t.asOwner('PATCH', `${path}/${id}`, { status }),
    statuses: async () =>
      Object.fromEntries((await t.asOwner('GET', path)).body.keys.map(({ id, status }: any) => [id, status])),
    jwt,
    signer: () => makeSigner(jwt()),
    accepts: (token: string) => {
      try {
        return makeVerifier(jwt()).verify(token)['sub'] === 'me'
      } catch {
        return false
      }
    },
  }
}

const claims = { sub: 'me', exp: Math.floor(Date.now() / 1000) + 600 }

test('a rotation keeps sessions, a revocation ends them', async () => {
  const p = await onProject()
  const first = await p.create({ algorithm: 'ES256' })
  expect(first).toMatchObject({ status: 'standby', public_jwk: { kty: 'EC', kid: first.id, use: 'sig' } })
  expect(first.public_jwk.d).toBeUndefined()
  const byLegacy = await p.signer().sign(claims)
  await p.move(first.id, 'in_use')
  const byFirst = await p.signer().sign(claims)
  expect([p.accepts(byLegacy), p.accepts(byFirst)]).toEqual([true, true])
  const second = await p.create({ algorithm: 'RS256', status: 'in_use' })
  expect(await p.statuses()).toEqual({ [first.id]: 'previously_used', [second.id]: 'in_use' })
  const bySecond = await p.signer().sign(claims)
  expect([p.accepts(byFirst), p.accepts(bySecond)]).toEqual([true, true])
  expect(p.signer().jwks().keys).toHaveLength(2)
  await p.move(first.id, 'revoked')
  expect([p.accepts(byFirst), p.accepts(bySecond)]).toEqual([false, true])
  expect((await t.asOwner('DELETE', `${p.path}/${first.id}`)).body).toMatchObject({ id: first.id })
  expect(Object.keys(await p.statuses())).toEqual([second.id])
})

test('the legacy secret steps back and forth as a key', async () => {
  const p = await onProject()
  expect((await t.asOwner('GET', `${p.path}/legacy`)).status).toBe(404)
  const legacy = (await t.asOwner('POST', `${p.path}/legacy`)).body
  expect(legacy).toMatchObject({ algorithm: 'HS256', status: 'in_use', public_jwk: null })
  expect((await t.asOwner('POST', `${p.path}/legacy`)).status).toBe(400)
  const own = await p.create({ algorithm: 'EdDSA', status: 'in_use' })
  expect(await p.statuses()).toEqual({ [legacy.id]: 'previously_used', [own.id]: 'in_use' })
  expect((await p.move(legacy.id, 'revoked')).body.message).toMatch(/anon and service_role/)
  expect((await p.move(legacy.id, 'in_use')).status).toBe(200)
  const token = await p.signer().sign(claims)
  expect(JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()).kid).toBeUndefined()
  expect(p.accepts(token)).toBe(true)
})

test('private halves rest sealed', async () => {
  const p = await onProject()
  await p.create({ algorithm: 'EdDSA' })
  const { jwk } = p.jwt().signingKeys[0]!
  const kept = JSON.stringify(await t.pool.query(sql`select sealed from signing_keys`))
  expect(kept).not.toContain(String(jwk['d']))
})

describe('imports', () => {
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })
  const kid = '0b6cbb1e-6d2c-4d0e-9c61-0b1f6ad1a8a5'

  test('a key of the owner’s, under its own id', async () => {
    const p = await onProject()
    const made = await p.create({ algorithm: 'ES256', private_jwk: { ...ec, kid, alg: 'ES256', use: 'sig' } })
    expect(made).toMatchObject({ id: kid, public_jwk: { x: ec.x } })
    const again = await t.asOwner('POST', p.path, {
      algorithm: 'ES256',
      status: 'in_use',
      private_jwk: { ...ec, kid },
    })
    expect(again).toMatchObject({ status: 400, body: { message: expect.stringMatching(/kid already/) } })
  })

  const refused: readonly (readonly [what: string, body: object, message: RegExp])[] = [
    ['another kind', { algorithm: 'RS256', private_jwk: ec }, /RS256 needs RSA/],
    ['mixed halves', { algorithm: 'ES256', private_jwk: { ...ec, d: other.d } }, /no key|another key/],
    ['nonsense', { algorithm: 'ES256', private_jwk: { ...ec, x: 'AA' } }, /no key/],
    [
      'a short secret',
      { algorithm: 'HS256', private_jwk: { kty: 'oct', k: 'c2hvcnQ' } },
      /at least 32 bytes/,
    ],
    ['another curve', { algorithm: 'ES256', private_jwk: { ...ec, crv: 'P-384' } }, /crv/],
    ['more members', { algorithm: 'ES256', private_jwk: { ...ec, x5c: [] } }, /x5c should not exist/],
    ['another algorithm', { algorithm: 'none' }, /^algorithm/],
    ['another status', { algorithm: 'ES256', status: 'revoked' }, /^status/],
  ]
  test.each(refused)('refuses %s', async (_what, body, message) => {
    const p = await onProject()
    const reply = await t.asOwner('POST', p.path, body)
    expect([reply.status, [reply.body.message].flat().join('; ')]).toEqual([
      400,
      expect.stringMatching(message),
    ])
    expect(await p.statuses()).toEqual({})
  })
})

test('steps that do not exist are refused', async () => {
  const p = await onProject()
  const inUse = await p.create({ algorithm: 'EdDSA', status: 'in_use' })
  const standby = await p.create({ algorithm: 'EdDSA' })
  const messages = [
    await p.move(inUse.id, 'revoked'),
    await p.move(inUse.id, 'standby'),
    await p.move(standby.id, 'previously_used'),
    await t.asOwner('DELETE', `${p.path}/${inUse.id}`),
    await t.asOwner('POST', p.path, { algorithm: 'EdDSA' }),
    await p.move('0b6cbb1e-6d2c-4d0e-9c61-0b1f6ad1a8a6', 'revoked'),
  ].map(({ status, body }) => `${status} ${body.message}`)
  expect(messages).toEqual([
    '400 status: a key leaves use when another one is put into use; rotate to one',
    '400 status: a key leaves use when another one is put into use; rotate to one',
    '400 status: a key that is standby cannot become previously_used',
    '400 A key that is in_use cannot be deleted; revoke it first',
    '400 There is a standby key already: use, revoke or delete it first',
    '404 Signing key not found',
  ])
})
