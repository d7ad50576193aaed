// Signing in at another service: a real OpenID provider that the test starts.

import { createHash, randomUUID } from 'node:crypto'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { makeOutbound, type Outbound, parseAllowedNetwork } from '@plinth/http'
import { sql } from '@plinth/postgres'
import type Provider from 'oidc-provider'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  browse,
  callback,
  comeBack,
  fragmentOf,
  openIdProvider,
  people,
  queryOf,
} from '../open-id-provider.ts'
import { type TestAuth, type TestProject, testProject } from '../test-auth.ts'

let project: TestProject
let server: Server
let issuer: string
const site = 'http://localhost:3000'
beforeAll(async () => {
  project = await testProject()
  const { createServer } = await import('node:http')
  let handle: ReturnType<Provider['callback']> | undefined
  server = createServer((request, response) => void handle?.(request, response))
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = openIdProvider(issuer)
  handle = provider.callback()
  // The table wants https; the test's provider speaks plain HTTP: what is asked of https://oidc.test goes there.
  await project.admin.run(sql`
    insert into auth.custom_oauth_providers
      (identifier, provider_type, name, client_id, client_secret, issuer, discovery_url)
    values ('custom:house', 'oidc', 'House', 'plinth', 'sesame', 'https://oidc.test', null)`)
})
afterAll(async () => {
  await project.drop()
  server.closeAllConnections()
  await new Promise<void>((resolve) => void server.close(() => resolve()))
})

const anywhere = makeOutbound({ allowed: parseAllowedNetwork('127.0.0.0/8, ::1') })
/** `https://oidc.test` is the provider of this test. */
const toHouse: Outbound = async (request) => {
  const answer = await anywhere({ ...request, url: request.url.replace('https://oidc.test', issuer) })
  const isDiscovery = request.url.endsWith('openid-configuration')
  if (!isDiscovery) return answer
  return { ...answer, text: answer.text.replace(`"issuer":"${issuer}"`, '"issuer":"https://oidc.test"') }
}

/** Keycloak's paths over the real provider: its issuer is the test's own address. */
const keycloak = () => ({
  external_keycloak_enabled: true,
  external_keycloak_client_id: 'plinth',
  external_keycloak_secret: 'sesame',
  external_keycloak_url: issuer,
})
const paths: Readonly<Record<string, string>> = {
  '/protocol/openid-connect/token': '/token',
  '/protocol/openid-connect/userinfo': '/me',
}
const toKeycloak: Outbound = (request) => {
  const { pathname } = new URL(request.url)
  return anywhere({ ...request, url: request.url.replace(pathname, paths[pathname] ?? pathname) })
}
const authorizeAt = (url: string, who: string) =>
  `${url.replace('/protocol/openid-connect/auth', '/auth')}&login_hint=${who}`

const signIn = async (service: TestAuth, who: string, query = '') => {
  const { body } = await service.ask('GET', `/authorize?provider=keycloak&skip_http_redirect=true${query}`)
  return comeBack(service, await browse(authorizeAt(body.url, who)))
}

describe('a real OpenID provider', () => {
  it('signs in with a session in the fragment and the tokens of the provider', async () => {
    const service = await project.auth(keycloak(), { outbound: toKeycloak })
    const reply = await signIn(service, 'ada')
    const session = fragmentOf(reply)
    expect([reply.status, reply.headers['location']?.split('#')[0]]).toEqual([302, `${site}`])
    expect(session.get('provider_token')).toBeTruthy()
    const token = session.get('access_token') ?? ''
    const { body: user } = await service.ask('GET', '/user', undefined, { token })
    expect(user).toMatchObject({
      email: 'ada@oidc.test',
      app_metadata: { provider: 'keycloak', providers: ['keycloak'] },
      user_metadata: { full_name: 'Ada', email_verified: true, provider_id: 'ada' },
      identities: [{ provider: 'keycloak', id: 'ada' }],
    })
    const again = await signIn(service, 'ada')
    const next = await service.ask('GET', '/user', undefined, {
      token: fragmentOf(again).get('access_token') ?? '',
    })
    expect(next.body.id).toBe(user.id)
  })

  it('signs in with PKCE, once', async () => {
    const service = await project.auth(keycloak(), { outbound: toKeycloak })
    const verifier = randomUUID() + randomUUID()
    const challenge = createHash('sha256').update(verifier).digest('base64url')
    const reply = await signIn(service, 'ada', `&code_challenge=${challenge}&code_challenge_method=s256`)
    const auth_code = queryOf(reply).get('code')
    const trade = (code_verifier: string) =>
      service.ask('POST', '/token?grant_type=pkce', { auth_code, code_verifier })
    expect((await trade(`${verifier}x`)).status).toBe(400)
    const { status, body } = await trade(verifier)
    expect([status, typeof body.provider_token, body.user.email]).toEqual([200, 'string', 'ada@oidc.test'])
    expect((await trade(verifier)).status).toBe(404)
  })

  it('joins an account with the same verified address, and takes what was never confirmed from it', async () => {
    const service = await project.auth({ ...keycloak(), mailer_autoconfirm: false }, { outbound: toKeycloak })
    people['bob'] = { email: 'bob@oidc.test', email_verified: true, name: 'Bob' }
    const squatter = { email: 'bob@oidc.test', password: 'password', data: { evil: true } }
    const { body: waiting } = await service.ask('POST', '/signup', squatter)
    const reply = await signIn(service, 'bob')
    const token = fragmentOf(reply).get('access_token') ?? ''
    const { body: user } = await service.ask('GET', '/user', undefined, { token })
    expect([user.id, user.identities.length, user.user_metadata.evil]).toEqual([waiting.id, 1, undefined])
    expect((await service.ask('POST', '/token?grant_type=password', squatter)).status).toBe(400)
  })

  it('an address that the provider does not vouch for may be confirmed later where the owner allows it', async () => {
    const config = { mailer_autoconfirm: false, mailer_allow_unverified_email_sign_ins: true }
    const service = await project.auth({ ...keycloak(), ...config }, { outbound: toKeycloak })
    const token = fragmentOf(await signIn(service, 'eve')).get('access_token') ?? ''
    const { body: user } = await service.ask('GET', '/user', undefined, { token })
    expect([user.email, user.email_confirmed_at]).toEqual(['eve@oidc.test', undefined])
    expect(service.letters).toMatchObject([{ kind: 'confirmation', to: 'eve@oidc.test' }])
    await service.ask('DELETE', `/admin/users/${user.id}`, undefined, { token: service.serviceToken })
  })

  it('an address that the provider does not vouch for is confirmed first', async () => {
    const service = await project.auth({ ...keycloak(), mailer_autoconfirm: false }, { outbound: toKeycloak })
    const reply = await signIn(service, 'eve')
    expect(queryOf(reply).get('error_code')).toBe('provider_email_needs_verification')
    expect(fragmentOf(reply).get('error')).toBe('access_denied')
    expect(service.letters).toMatchObject([{ kind: 'confirmation', to: 'eve@oidc.test' }])
    const { code } = service.letters[0] ?? {}
    await service.ask('POST', '/verify', { type: 'signup', email: 'eve@oidc.test', token: code })
    expect(fragmentOf(await signIn(service, 'eve')).get('access_token')).toBeTruthy()
  })

  it('never joins the account of a verified address with one that nobody vouched for', async () => {
    const service = await project.auth({ ...keycloak(), mailer_autoconfirm: false }, { outbound: toKeycloak })
    people['mallory'] = { email: 'ada@oidc.test', email_verified: false }
    const reply = await signIn(service, 'mallory')
    expect(fragmentOf(reply).get('access_token')).toBeNull()
    expect(service.letters).toEqual([])
  })

  it('adds an identity to an account by hand, and only to one', async () => {
    const config = { ...keycloak(), security_manual_linking_enabled: true }
    const service = await project.auth(config, { outbound: toKeycloak })
    people['carol'] = { email: 'carol@oidc.test', email_verified: true }
    const account = { email: 'carol@plinth.test', password: 'password' }
    const { body: own } = await service.ask('POST', '/signup', account)
    const link = async (token: string) => {
      const path = '/user/identities/authorize?provider=keycloak&skip_http_redirect=true'
      const { body } = await service.ask('GET', path, undefined, { token })
      return comeBack(service, await browse(authorizeAt(body.url, 'carol')))
    }
    expect((await link(own.access_token)).status).toBe(302)
    const { body: user } = await service.ask('GET', '/user', undefined, { token: own.access_token })
    expect([user.email, user.identities.map((one: any) => one.provider)]).toEqual([
      'carol@plinth.test',
      ['email', 'keycloak'],
    ])
    expect(queryOf(await link(own.access_token)).get('error_code')).toBe('identity_already_exists')
    const { body: other } = await service.ask('POST', '/signup', { ...account, email: 'dan@plinth.test' })
    expect(queryOf(await link(other.access_token)).get('error_code')).toBe('identity_already_exists')
  })

  it('a provider of the project’s own, found by discovery', async () => {
    const service = await project.auth({ custom_oauth_enabled: true }, { outbound: toHouse })
    people['fay'] = { email: 'fay@oidc.test', email_verified: true, name: 'Fay' }
    const { body } = await service.ask('GET', '/authorize?provider=custom:house&skip_http_redirect=true')
    expect(new URL(body.url).searchParams.get('code_challenge_method')).toBe('S256')
    const back = await comeBack(service, await browse(`${body.url}&login_hint=fay`))
    // The provider signs with its own address as issuer: not the one the project named.
    expect(queryOf(back).get('error_description')).toBe('Error getting user profile from external provider')
  })
})

describe('what comes back from elsewhere', () => {
  it.each([
    ['no state', '', 'bad_oauth_callback'],
    ['a state that is none', 'state=x', 'bad_oauth_state'],
    ['an unknown state', `state=${randomUUID()}`, 'bad_oauth_state'],
  ])('%s', async (_name, query, code) => {
    const service = await project.auth(keycloak(), { outbound: toKeycloak })
    const reply = await service.ask('GET', `/callback?${query}&code=1`)
    expect([reply.status, queryOf(reply).get('error_code')]).toEqual([303, code])
    expect(reply.headers['location']).toMatch(`${site}/?`)
    expect(reply.headers['location']).not.toContain('#')
  })

  it('a refusal of the provider, a state that is old, and one that was used', async () => {
    const service = await project.auth(keycloak(), { outbound: toKeycloak })
    const start = async () => {
      const { headers } = await service.ask('GET', '/authorize?provider=keycloak')
      return new URL(headers['location'] ?? '').searchParams.get('state') ?? ''
    }
    const refused = await service.ask(
      'GET',
      `/callback?state=${await start()}&error=access_denied&error_description=No`,
    )
    expect([queryOf(refused).get('error'), queryOf(refused).get('error_description')]).toEqual([
      'access_denied',
      'No',
    ])
    const old = await start()
    service.pass(301)
    expect(queryOf(await service.ask('GET', `/callback?state=${old}&code=1`)).get('error_code')).toBe(
      'bad_oauth_state',
    )
  })

  it('a client cannot change what is ours to say', async () => {
    const service = await project.auth(keycloak(), { outbound: toKeycloak })
    const query = 'redirect_uri=https://evil.test&state=1&Client_ID=x&response_type=token&prompt=login'
    const { headers } = await service.ask('GET', `/authorize?provider=keycloak&${query}`)
    const asked = new URL(headers['location'] ?? '').searchParams
    expect([asked.get('redirect_uri'), asked.get('response_type'), asked.get('prompt')]).toEqual([
      callback,
      'code',
      'login',
    ])
    expect([asked.get('client_id'), asked.get('Client_ID')]).toEqual(['plinth', null])
  })
})
