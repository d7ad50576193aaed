// Signing in at other services: a real OpenID provider that the test starts, and doubles of two odd ones.

import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { sql } from '@plinth/postgres'
import { SignJWT } from 'jose'
import Provider from 'oidc-provider'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeOutbound, type Outbound } from '../../src/core/outbound.ts'
import { type Answer, type TestAuth, type TestProject, testProject } from '../test-auth.ts'

let project: TestProject
let server: Server
let issuer: string
const callback = 'http://ref.localhost:8000/auth/v1/callback'
const site = 'http://localhost:3000'

/** People of the OpenID provider. */
const people: Record<string, object> = {
  ada: { email: 'ada@oidc.test', email_verified: true, name: 'Ada', picture: 'https://oidc.test/ada.png' },
  eve: { email: 'eve@oidc.test', email_verified: false, name: 'Eve' },
}

const openIdProvider = (address: string) => {
  const provider = new Provider(address, {
    clients: [{ client_id: 'plinth', client_secret: 'sesame', redirect_uris: [callback] }],
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'picture'] },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false } },
    // Nobody is asked anything: who signs in stands in `login_hint`.
    interactions: {
      url: (context) => `/enter?who=${context.oidc.params?.['login_hint']}`,
    },
    cookies: { keys: ['a-key'] },
  })
  provider.use(async (context, next) => {
    if (context.path !== '/enter') return next()
    const { prompt, params } = await provider.interactionDetails(context.req, context.res)
    const accountId = String(context.query['who'])
    if (prompt.name === 'login') {
      await provider.interactionFinished(context.req, context.res, { login: { accountId } })
    } else {
      const grant = new provider.Grant({ accountId, clientId: String(params['client_id']) })
      grant.addOIDCScope('openid email profile')
      const consent = { grantId: await grant.save() }
      await provider.interactionFinished(
        context.req,
        context.res,
        { consent },
        { mergeWithLastSubmission: true },
      )
    }
    context.respond = false
  })
  return provider
}

/** What a browser does: follows redirects with cookies until it is back at our callback. */
const browse = async (start: string): Promise<string> => {
  const cookies = new Map<string, string>()
  let url = start
  for (let step = 0; step < 12 && !url.startsWith(callback); step += 1) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } })
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';', 1)
      const at = pair.indexOf('=')
      cookies.set(pair.slice(0, at), pair.slice(at + 1))
    }
    const next = response.headers.get('location')
    if (next === null) throw new Error(`${response.status} at ${url}: ${await response.text()}`)
    url = new URL(next, url).toString()
  }
  return url
}

const fragmentOf = ({ headers }: Answer) =>
  new URLSearchParams(new URL(headers['location'] ?? '').hash.slice(1))
const queryOf = ({ headers }: Answer) => new URL(headers['location'] ?? '').searchParams
const comeBack = (service: TestAuth, url: string) => service.ask('GET', `/callback?${url.split('?')[1]}`)

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

const anywhere = makeOutbound(true)
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
    expect([reply.status, queryOf(reply).get('error_code')]).toEqual([302, code])
    expect(reply.headers['location']).toMatch(`${site}/?`)
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
