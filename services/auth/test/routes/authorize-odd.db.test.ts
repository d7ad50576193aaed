// Signing in at services that have ways of their own, and at those that are not there.

import { createHash, generateKeyPairSync } from 'node:crypto'
import type { Outbound } from '@plinth/http'
import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fragmentOf } from '../open-id-provider.ts'
import { type TestProject, testProject } from '../test-auth.ts'

let project: TestProject
beforeAll(async () => {
  project = await testProject()
})
afterAll(() => project.drop())

describe('odd services', () => {
  it('X wants PKCE and a header; its profile is wrapped', async () => {
    const asked: { url: string; headers: object; body: string | undefined }[] = []
    const outbound: Outbound = async ({ url, headers = {}, body }) => {
      asked.push({ url, headers, body })
      const user = { id: '7', name: 'Gus', username: 'gus', confirmed_email: 'gus@x.test' }
      const answer = url.includes('/token') ? { access_token: 'at', refresh_token: 'rt' } : { data: user }
      return { status: 200, text: JSON.stringify(answer) }
    }
    const config = { external_x_enabled: true, external_x_client_id: 'id', external_x_secret: 'pw' }
    const service = await project.auth(config, { outbound })
    const { body } = await service.ask('GET', '/authorize?provider=x&skip_http_redirect=true')
    const sent = new URL(body.url).searchParams
    const reply = await service.ask('GET', `/callback?state=${sent.get('state')}&code=abc`)
    expect(fragmentOf(reply).get('provider_refresh_token')).toBe('rt')
    const form = new URLSearchParams(asked[0]?.body)
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    expect(challenge).toBe(sent.get('code_challenge'))
    expect(asked[0]?.headers).toMatchObject({
      authorization: `Basic ${Buffer.from('id:pw').toString('base64')}`,
    })
    const token = fragmentOf(reply).get('access_token') ?? ''
    const { body: user } = await service.ask('GET', '/user', undefined, { token })
    expect(user).toMatchObject({
      email: 'gus@x.test',
      user_metadata: { user_name: 'gus' },
    })
  })

  it('Apple posts a form with the name beside it', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS256' }] }
    const idToken = (claims: object) =>
      new SignJWT({
        iss: 'https://appleid.apple.com',
        aud: 'id',
        sub: 'a1',
        email: 'hal@apple.test',
        ...claims,
      })
        .setProtectedHeader({ alg: 'RS256', kid: 'k' })
        .setIssuedAt()
        .setExpirationTime('exp' in claims ? Number(claims.exp) : '5m')
        .sign(privateKey)
    const outbound: Outbound = async ({ url }) => {
      const discovery = {
        issuer: 'https://appleid.apple.com',
        jwks_uri: 'https://appleid.apple.com/auth/keys',
      }
      const answer = url.includes('openid-configuration')
        ? discovery
        : url.includes('/keys')
          ? jwks
          : { access_token: 'at', id_token: await idToken({}) }
      return { status: 200, text: JSON.stringify(answer) }
    }
    const config = {
      external_apple_enabled: true,
      external_apple_client_id: 'id',
      external_apple_secret: 'pw',
    }
    const service = await project.auth(config, { outbound })
    const { headers } = await service.ask('GET', '/authorize?provider=apple')
    const sent = new URL(headers['location'] ?? '').searchParams
    expect(sent.get('response_mode')).toBe('form_post')
    const user = JSON.stringify({ name: { firstName: 'Hal', lastName: 'Nine' } })
    const form = new URLSearchParams({ state: sent.get('state') ?? '', code: 'c', user })
    const reply = await service.ask('POST', '/callback', form.toString(), {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    const token = fragmentOf(reply).get('access_token') ?? ''
    const me = await service.ask('GET', '/user', undefined, { token })
    expect(me.body.user_metadata).toMatchObject({ full_name: 'Hal Nine', email: 'hal@apple.test' })

    // The same keys sign tokens that apps bring along.
    const nonce = 'once'
    const digest = createHash('sha256').update(nonce).digest('hex')
    const bring = async (claims: object, more: object = {}) =>
      service.ask('POST', '/token?grant_type=id_token', {
        provider: 'apple',
        id_token: await idToken(claims),
        ...more,
      })
    expect((await bring({})).body.user.id).toBe(me.body.id)
    expect((await bring({ nonce: digest }, { nonce })).status).toBe(200)
    for (const [claims, more, description] of [
      [{ nonce: digest }, {}, /should either both exist/],
      [{ nonce: digest }, { nonce: 'twice' }, /Nonces mismatch/],
      [{ aud: 'other' }, {}, /Unacceptable audience/],
      [{ exp: 1 }, {}, /Bad ID token/],
      [{ at_hash: 'x' }, { access_token: 'at' }, /Bad ID token/],
    ] as const) {
      const refused = await bring(claims, more)
      expect([refused.status, refused.body.error_description]).toEqual([
        400,
        expect.stringMatching(description),
      ])
    }
    const foreign = await bring({ iss: 'https://evil.test' })
    expect(foreign.body.msg).toMatch(/not an Apple ID token issuer/)
  })
})

it('a provider that is off, unknown, or half set up', async () => {
  const service = await project.auth({ external_github_enabled: true })
  for (const [name, message] of [
    ['gitlab', 'Unsupported provider: provider is not enabled'],
    ['nope', 'Unsupported provider: Provider nope could not be found'],
    ['github', 'Unsupported provider: missing OAuth client ID'],
    ['custom:x', 'Unsupported provider: custom OAuth providers are disabled'],
  ]) {
    expect((await service.ask('GET', `/authorize?provider=${name}`)).body.msg).toBe(message)
  }
  expect((await service.ask('GET', '/settings')).body.external.github).toBe(true)
})
