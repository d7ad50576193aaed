// Id tokens that apps bring along: whose are taken, and what is said of the others.

import { createHash } from 'node:crypto'
import type { Outbound } from '@plinth/http'
import { sql } from '@plinth/postgres'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestAuth, type TestProject, testProject } from '../test-auth.ts'

const { publicKey, privateKey } = await generateKeyPair('RS256')
const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'RS256', use: 'sig' }] }
const house = 'https://id.house.test'
const documents: Readonly<Record<string, string>> = {
  [house]: `${house}/.well-known/openid-configuration`,
  'https://marketplace.vercel.com': 'https://marketplace.vercel.com/.well-known/openid-configuration',
  'https://accounts.snapchat.com/accounts/oauth2/token':
    'https://accounts.snapchat.com/accounts/oauth2/token/.well-known/openid-configuration',
}
/** All of them sign with one key. */
const outbound: Outbound = async ({ url }) => {
  const issuer = Object.keys(documents).find((one) => documents[one] === url)
  if (issuer === undefined) return { status: 200, text: JSON.stringify(keys) }
  return { status: 200, text: JSON.stringify({ issuer, jwks_uri: `${issuer}/keys` }) }
}

let project: TestProject
let auth: TestAuth
beforeAll(async () => {
  project = await testProject()
  const names = ['snapchat', 'vercel_marketplace'] as const
  const table = names.map((name) => [
    [`external_${name}_enabled`, true],
    [`external_${name}_client_id`, 'app'],
    [`external_${name}_secret`, 'sesame'],
  ])
  const config = { custom_oauth_enabled: true, ...Object.fromEntries(table.flat()) }
  auth = await project.auth(config, { outbound })
  await project.admin.run(sql`
    insert into auth.custom_oauth_providers
      (identifier, provider_type, name, client_id, client_secret, issuer, acceptable_client_ids, skip_nonce_check, enabled)
    values ('custom:house', 'oidc', 'House', 'app', 'sesame', ${house}, '{phone-app}', false, true),
      ('custom:lax', 'oidc', 'Lax', 'app', 'sesame', ${house}, '{}', true, true),
      ('custom:shut', 'oidc', 'Shut', 'app', 'sesame', ${house}, '{}', false, false)`)
  await project.admin.run(sql`
    insert into auth.custom_oauth_providers
      (identifier, provider_type, name, client_id, client_secret, authorization_url, token_url, userinfo_url)
    values ('custom:plain', 'oauth2', 'Plain', 'app', 'sesame', 'https://p.test/a', 'https://p.test/t', 'https://p.test/u')`)
})
afterAll(() => project.drop())

const sign = (claims: object = {}): Promise<string> =>
  new SignJWT({
    iss: house,
    aud: 'app',
    sub: 'ada-1',
    email: 'ada@house.test',
    email_verified: true,
    ...claims,
  })
    .setProtectedHeader({ alg: 'RS256', kid: 'k' })
    .setIssuedAt()
    .setExpirationTime('5m')
    .sign(privateKey)
const bring = async (provider: string, claims: object = {}, more: object = {}, service = auth) =>
  service.ask('POST', '/token?grant_type=id_token', { provider, id_token: await sign(claims), ...more })

describe('of a provider of the project’s own', () => {
  it('sign people in, one account each', async () => {
    const first = await bring('custom:house')
    expect(first).toMatchObject({
      status: 200,
      body: {
        token_type: 'bearer',
        user: {
          email: 'ada@house.test',
          app_metadata: { provider: 'custom:house', providers: ['custom:house'] },
          identities: [{ provider: 'custom:house', id: 'ada-1' }],
        },
      },
    })
    const again = await bring('custom:house', { aud: ['other', 'phone-app'] })
    expect(again.body.user.id).toBe(first.body.user.id)
  })

  it('are bound to a nonce, unless the project says otherwise', async () => {
    const nonce = 'once'
    const hashed = createHash('sha256').update(nonce).digest('hex')
    expect((await bring('custom:house', { nonce: hashed }, { nonce })).status).toBe(200)
    expect((await bring('custom:house', { nonce: hashed })).body.error_description).toMatch(/both exist/)
    expect((await bring('custom:lax', { sub: 'lax-1', email: 'lax@house.test', nonce: 'own' })).status).toBe(
      200,
    )
  })

  it.each([
    ['custom:nobody', {}, 'validation_failed', 'Custom provider "custom:nobody" not found'],
    ['custom:shut', {}, 'provider_disabled', 'Custom provider "custom:shut" is disabled'],
    ['custom:plain', {}, 'validation_failed', 'Provider "custom:plain" is not an OIDC provider'],
    ['house', {}, 'validation_failed', 'Custom OIDC provider "house" not allowed'],
    ['custom:house', { aud: 'other' }, 'invalid request', 'Unacceptable audience in id_token: [other]'],
    ['custom:house', { iss: 'https://evil.test' }, 'invalid request', 'Bad ID token'],
    ['custom:house', { sub: '' }, 'invalid request', 'Missing sub claim in id_token'],
  ])('of %s with %j are refused', async (provider, claims, code, message) => {
    const { status, body } = await bring(provider, claims)
    expect([status, body.error_code ?? body.error, body.msg ?? body.error_description]).toEqual([
      400,
      code,
      message,
    ])
  })

  it('are added to an account by its owner only', async () => {
    const more = { link_identity: true }
    expect((await bring('custom:house', { sub: 'l1' }, more)).body).toEqual({
      error: 'invalid request',
      error_description: 'Linking requires a valid user access token in Authorization',
    })
    const account = { email: 'linus@house.test', password: 'correct horse' }
    const { body: own } = await auth.ask('POST', '/signup', account)
    const wish = {
      provider: 'custom:house',
      id_token: await sign({ sub: 'l1', email: account.email }),
      ...more,
    }
    const how = { token: own.access_token }
    const linked = await auth.ask('POST', '/token?grant_type=id_token', wish, how)
    expect([linked.status, linked.body.user.id]).toEqual([200, own.user.id])
    expect(linked.body.user.app_metadata.providers).toEqual(['email', 'custom:house'])
    expect((await auth.ask('POST', '/token?grant_type=id_token', wish, how)).body.error_code).toBe(
      'identity_already_exists',
    )
  })

  it('are refused where such providers are off', async () => {
    expect(await bring('custom:house', {}, {}, await project.auth({}, { outbound }))).toMatchObject({
      status: 400,
      body: { error_code: 'validation_failed', msg: 'Custom OAuth providers are disabled' },
    })
  })
})

it.each([
  [
    'snapchat',
    {
      iss: 'https://accounts.snapchat.com/accounts/oauth2/token',
      sub: 's1',
      email: 's@snap.test',
      email_verified: false,
    },
    { email: 's@snap.test', identities: [{ id: 's1', identity_data: { email_verified: true } }] },
  ],
  [
    'vercel_marketplace',
    { iss: 'https://marketplace.vercel.com', sub: 'v1', global_user_id: 'g1', user_email: 'v@vercel.test' },
    { email: 'v@vercel.test', identities: [{ id: 'global_user_id:g1' }] },
  ],
])('of %s count as its own people’s', async (provider, claims, user) => {
  const { status, body } = await bring(provider, claims)
  expect([status, body.user]).toEqual([200, expect.objectContaining({ email: user.email })])
  expect(body.user).toMatchObject({ ...user, app_metadata: { provider } })
})

it.each([
  ['apple', 'Unable to detect issuer in ID token for Apple provider'],
  ['azure', 'Unable to detect issuer in ID token for Azure provider'],
])('of %s that cannot be read are refused', async (provider, msg) => {
  const reply = await auth.ask('POST', '/token?grant_type=id_token', { provider, id_token: 'no token' })
  expect(reply).toMatchObject({ status: 400, body: { error_code: 'validation_failed', msg } })
})
