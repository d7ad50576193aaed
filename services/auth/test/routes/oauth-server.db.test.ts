// The project as an identity provider: from an app that registers to the tokens it gets, and everything that must
// not work on the way.

import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestAuth, type TestProject, testProject } from '../test-auth.ts'

let project: TestProject
let service: TestAuth
const redirect = 'https://app.test/back'
const config = {
  oauth_server_enabled: true,
  oauth_server_allow_dynamic_registration: true,
  oauth_server_authorization_path: '/allow',
}

beforeAll(async () => {
  project = await testProject()
  service = await project.auth(config)
})
afterAll(() => project.drop())

const admin = (method: string, path: string, body?: unknown, who = service) =>
  who.ask(method, `/admin/oauth/clients${path}`, body, { token: who.serviceToken })
const form = { 'content-type': 'application/x-www-form-urlencoded' }
const token = (pairs: Record<string, string>, headers: Record<string, string> = {}, who = service) =>
  who.ask('POST', '/oauth/token', new URLSearchParams(pairs).toString(), { headers: { ...form, ...headers } })

const newUser = async (who = service) => {
  const email = `${randomUUID()}@app.test`
  return (await who.ask('POST', '/signup', { email, password: 'password', data: { name: 'Ada' } })).body
}
const newClient = async (more: object = {}, who = service) =>
  (await admin('POST', '', { client_name: 'App', redirect_uris: [redirect], ...more }, who)).body
const pkce = () => {
  const verifier = randomUUID() + randomUUID()
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') }
}
const asking = (client: any, challenge: string, more: Record<string, string> = {}) =>
  `/oauth/authorize?${new URLSearchParams({
    client_id: client.client_id,
    redirect_uri: redirect,
    response_type: 'code',
    state: 'xyz',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...more,
  })}`
const locationOf = ({ headers }: { headers: Readonly<Record<string, string>> }) =>
  new URL(headers['location'] ?? 'about:blank')

/** Up to the code. */
const allow = async (client: any, user: any, more: Record<string, string> = {}, who = service) => {
  const { verifier, challenge } = pkce()
  const sent = locationOf(await who.ask('GET', asking(client, challenge, more)))
  const id = sent.searchParams.get('authorization_id') ?? ''
  const how = { token: user.access_token }
  const { body: shown } = await who.ask('GET', `/oauth/authorizations/${id}`, undefined, how)
  const { body: answered } =
    shown.redirect_url === undefined
      ? await who.ask('POST', `/oauth/authorizations/${id}/consent`, { action: 'approve' }, how)
      : { body: shown }
  const back = new URL(answered.redirect_url)
  return { sent, shown, back, verifier, code: back.searchParams.get('code') ?? '' }
}

describe('clients', () => {
  it('are made, shown, changed, and removed', async () => {
    const { status, body: made } = await admin('POST', '', { client_name: 'Shop', redirect_uris: [redirect] })
    expect([status, made]).toMatchObject([
      201,
      {
        client_name: 'Shop',
        client_type: 'confidential',
        client_secret: expect.any(String),
        token_endpoint_auth_method: 'client_secret_basic',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        registration_type: 'manual',
      },
    ])
    const path = `/${made.client_id}`
    expect((await admin('GET', path)).body.client_secret).toBeUndefined()
    expect((await admin('GET', '')).body.clients.map((one: any) => one.client_id)).toContain(made.client_id)
    expect((await admin('PUT', path, { client_name: 'New' })).body.client_name).toBe('New')
    const { body: again } = await admin('POST', `${path}/regenerate_secret`)
    expect(again.client_secret).not.toBe(made.client_secret)
    expect((await admin('DELETE', path)).status).toBe(204)
    expect((await admin('GET', path)).body.error_code).toBe('oauth_client_not_found')
  })

  it.each([
    [{}, /redirect_uris is required/],
    [{ redirect_uris: [] }, /redirect_uris is required/],
    [{ redirect_uris: ['https:///callback'] }, /must have scheme and host/],
    [{ redirect_uris: ['http://app.test/'] }, /HTTP scheme only allowed/],
    [{ redirect_uris: ['javascript://x/%0aalert(1)'] }, /not allowed for security reasons/],
    [{ redirect_uris: ['https://app.test/#x'] }, /fragment/],
    [{ redirect_uris: ['https://app.test/,https://evil.test/'] }, /comma/],
    [{ redirect_uris: [redirect], grant_types: ['password'] }, /grant_types must only contain/],
    [{ redirect_uris: [redirect], client_type: 'odd' }, /client_type must be/],
    [
      { redirect_uris: [redirect], client_type: 'public', token_endpoint_auth_method: 'client_secret_post' },
      /not valid/,
    ],
  ])('refuses %j', async (body, message) => {
    const reply = await admin('POST', '', body)
    expect([reply.status, reply.body.msg]).toEqual([400, expect.stringMatching(message)])
  })

  it('introduce themselves where that is allowed', async () => {
    const wish = { redirect_uris: ['http://localhost:33418/'], token_endpoint_auth_method: 'none' }
    const { status, body } = await service.ask('POST', '/oauth/clients/register', wish)
    expect([status, body.client_type, body.client_secret]).toEqual([201, 'public', undefined])
    const closed = await project.auth({ ...config, oauth_server_allow_dynamic_registration: false })
    expect((await closed.ask('POST', '/oauth/clients/register', wish)).status).toBe(403)
  })

  it('are nobody’s business but the administrator’s', async () => {
    const user = await newUser()
    const reply = await service.ask('GET', '/admin/oauth/clients', undefined, { token: user.access_token })
    expect([reply.status, reply.body.error_code]).toEqual([403, 'not_admin'])
  })
})

describe('the way to a token', () => {
  it('shows who asks, gives a code, and trades it once', async () => {
    const [client, user] = [await newClient(), await newUser()]
    const { sent, shown, back, code, verifier } = await allow(client, user, { scope: 'email profile' })
    expect(`${sent.origin}${sent.pathname}`).toBe('http://localhost:3000/allow')
    expect(shown).toMatchObject({
      client: { id: client.client_id, name: 'App' },
      user: { id: user.user.id },
      scope: 'email profile',
    })
    expect([back.origin, back.searchParams.get('state')]).toEqual(['https://app.test', 'xyz'])
    const basic = Buffer.from(`${client.client_id}:${client.client_secret}`).toString('base64')
    const headers = { authorization: `Basic ${basic}` }
    const trade = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: redirect }
    const wrong = await token({ ...trade, code_verifier: `${verifier}x` }, headers)
    expect([wrong.status, wrong.body.error]).toEqual([400, 'invalid_grant'])
    const { status, body } = await token(trade, headers)
    expect([status, body.token_type, body.user]).toEqual([200, 'bearer', undefined])
    expect((await token(trade, headers)).body.error).toBe('invalid_grant')
    const claims = JSON.parse(Buffer.from(body.access_token.split('.')[1], 'base64url').toString())
    expect(claims).toMatchObject({ client_id: client.client_id, scope: 'email profile', sub: user.user.id })
    const info = await service.ask('GET', '/oauth/userinfo', undefined, { token: body.access_token })
    expect(info.body).toMatchObject({ sub: user.user.id, email: user.user.email, name: 'Ada' })

    const refresh = { grant_type: 'refresh_token', refresh_token: body.refresh_token }
    const stolen = await service.ask('POST', '/token?grant_type=refresh_token', refresh)
    expect([stolen.status, stolen.body.error]).toEqual([400, 'invalid_client'])
    const other = await newClient()
    const foreign = Buffer.from(`${other.client_id}:${other.client_secret}`).toString('base64')
    expect((await token(refresh, { authorization: `Basic ${foreign}` })).body.error).toBe('invalid_client')
    expect((await token(refresh, headers)).status).toBe(200)
  })

  it('asks once for the same scopes, and again for more', async () => {
    const [client, user] = [await newClient(), await newUser()]
    await allow(client, user, { scope: 'email' })
    expect((await allow(client, user, { scope: 'email' })).shown.redirect_url).toMatch(redirect)
    expect((await allow(client, user, { scope: 'email offline_access' })).shown.scope).toBe(
      'email offline_access',
    )
  })

  it('gives an id token where a key of the project’s own can sign it', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const key = {
      id: 'k1',
      algorithm: 'ES256',
      status: 'in_use',
      jwk: privateKey.export({ format: 'jwk' }),
    } as const
    const signed = await project.auth(config, { signingKeys: [key] })
    const [client, user] = [
      await newClient({ token_endpoint_auth_method: 'client_secret_post' }, signed),
      await newUser(signed),
    ]
    const { code, verifier } = await allow(client, user, { scope: 'openid email', nonce: 'n1' }, signed)
    const { client_id, client_secret } = client
    const trade = {
      grant_type: 'authorization_code',
      code,
      code_verifier: verifier,
      client_id,
      client_secret,
    }
    const { body } = await token(trade, {}, signed)
    const claims = JSON.parse(Buffer.from(body.id_token.split('.')[1], 'base64url').toString())
    expect(claims).toMatchObject({ aud: client_id, nonce: 'n1', sub: user.user.id, email: user.user.email })
  })

  it('shared secrets sign no id tokens', async () => {
    const [client, user] = [await newClient({ token_endpoint_auth_method: 'none' }), await newUser()]
    const { code, verifier } = await allow(client, user, { scope: 'openid' })
    const trade = {
      grant_type: 'authorization_code',
      code,
      code_verifier: verifier,
      client_id: client.client_id,
    }
    const { status, body } = await token(trade)
    expect([status, body.id_token]).toEqual([200, undefined])
  })
})

describe('what must not work', () => {
  it('a foreign redirect, an unknown client, a foreign page, another person', async () => {
    const [client, user, other] = [await newClient(), await newUser(), await newUser()]
    const { challenge } = pkce()
    const evil = await service.ask('GET', asking(client, challenge, { redirect_uri: 'https://evil.test/' }))
    expect([evil.status, evil.body.msg]).toEqual([400, 'invalid redirect_uri'])
    const unknown = await service.ask('GET', asking({ client_id: randomUUID() }, challenge))
    expect(unknown.body.error_code).toBe('oauth_client_not_found')
    const id = locationOf(await service.ask('GET', asking(client, challenge))).searchParams.get(
      'authorization_id',
    )
    const path = `/oauth/authorizations/${id}`
    const blind = await service.ask(
      'POST',
      `${path}/consent`,
      { action: 'approve' },
      { token: user.access_token },
    )
    expect(blind.status).toBe(404)
    const headers = { origin: 'https://evil.test' }
    const page = await service.ask('GET', path, undefined, { token: user.access_token, headers })
    expect(page.body.msg).toBe('unauthorized request origin')
    await service.ask('GET', path, undefined, { token: user.access_token })
    expect((await service.ask('GET', path, undefined, { token: other.access_token })).status).toBe(404)
    const deny = await service.ask(
      'POST',
      `${path}/consent`,
      { action: 'deny' },
      { token: user.access_token },
    )
    expect(new URL(deny.body.redirect_url).searchParams.get('error')).toBe('access_denied')
  })

  it.each([
    [{ response_type: 'token' }, /response_type=code/],
    [{ scope: 'admin' }, /unsupported scope: admin/],
    [{ code_challenge_method: '' }, /PKCE flow requires both/],
    [{ resource: 'https://a.test/#x' }, /resource must not include a fragment/],
  ])('tells the app about %j', async (more, message) => {
    const back = locationOf(await service.ask('GET', asking(await newClient(), pkce().challenge, more)))
    expect([back.searchParams.get('error'), back.searchParams.get('state')]).toEqual([
      'invalid_request',
      'xyz',
    ])
    expect(back.searchParams.get('error_description')).toMatch(message)
  })

  it('an old code', async () => {
    const [client, user] = [await newClient(), await newUser()]
    const { client_id, client_secret } = client
    const slow = await project.auth(config)
    const { code, verifier } = await allow(client, user, {}, slow)
    slow.pass(181)
    const basic = Buffer.from(`${client_id}:${client_secret}`).toString('base64')
    const late = { grant_type: 'authorization_code', code, code_verifier: verifier }
    const reply = await token(late, { authorization: `Basic ${basic}` }, slow)
    expect(reply.body.error_description).toBe('Authorization code has expired')
  })
})

it('people see what they allowed, and take it back with its sessions', async () => {
  const [client, user] = [await newClient({ token_endpoint_auth_method: 'none' }), await newUser()]
  const { code, verifier } = await allow(client, user)
  const { client_id } = client
  const trade = { grant_type: 'authorization_code', code, code_verifier: verifier, client_id }
  const { body: session } = await token(trade)
  const how = { token: user.access_token }
  const { body: grants } = await service.ask('GET', '/user/oauth/grants', undefined, how)
  expect(grants).toMatchObject([{ client: { id: client_id, name: 'App' }, scopes: ['email'] }])
  expect(
    (await service.ask('DELETE', `/user/oauth/grants?client_id=${client_id}`, undefined, how)).status,
  ).toBe(204)
  const info = await service.ask('GET', '/oauth/userinfo', undefined, { token: session.access_token })
  expect(info.body.error_code).toBe('session_not_found')
  expect(
    (await service.ask('DELETE', `/user/oauth/grants?client_id=${client_id}`, undefined, how)).status,
  ).toBe(404)
})

it('says where everything is, and is off until switched on', async () => {
  const { body } = await service.ask('GET', '/.well-known/oauth-authorization-server')
  expect(body).toMatchObject({
    issuer: 'http://ref.localhost:8000/auth/v1',
    registration_endpoint: 'http://ref.localhost:8000/auth/v1/oauth/clients/register',
  })
  const off = await project.auth()
  for (const path of ['/.well-known/oauth-authorization-server', '/oauth/authorize?client_id=x']) {
    expect((await off.ask('GET', path)).body.error_code).toBe('feature_disabled')
  }
})
