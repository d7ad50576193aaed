// An app asks, a person agrees, tokens are fetched, renewed and taken back.

import { afterAll, describe, expect, test } from 'vitest'
import { openBrowser } from '../browser.ts'
import { testControl } from '../test-control.ts'
import { upstreamReplies } from '../upstream-schemas.ts'
import { authorizePath, basic, callback, form, newApp, newVerifier, signedIn } from './apps.ts'

const t = await testControl()
afterAll(() => t.close())
const app = await newApp(t)
const { browser } = await signedIn(t, { organization: t.organization, role: 'owner' })

const agree = async (params: Record<string, string> = {}, chosen: Record<string, string | string[]> = {}) => {
  const asked = await browser.open(authorizePath(app.client_id, params))
  expect(asked).toMatchObject({ status: 302, location: expect.stringMatching(/^\/oauth\/consent\?ask=/) })
  const page = await browser.open(asked.location)
  expect(page.status).toBe(200)
  return browser.submit(page, '/oauth/consent', {
    decision: 'allow',
    organization: t.organization,
    reach: 'all',
    ...chosen,
  })
}

const codeOf = ({ location }: { location: string }): string =>
  new URL(location).searchParams.get('code') ?? ''
const client = { client_id: app.client_id, client_secret: app.client_secret }
const exchange = (fields: Record<string, string>, headers: object = {}) =>
  form(t, '/v1/oauth/token', { grant_type: 'authorization_code', redirect_uri: callback, ...fields }, headers)
const tokens = async (params = {}, chosen = {}) =>
  (await exchange({ ...client, code: codeOf(await agree(params, chosen)) })).body
const orgs = async (token: string) => t.call('GET', '/v1/organizations', { token })
const projects = async (token: string) => t.call('GET', '/v1/projects', { token })

describe('the way there', () => {
  test('with state and PKCE, credentials in the header', async () => {
    const { verifier, challenge } = newVerifier()
    const params = { state: 'a&b=c', code_challenge: challenge, code_challenge_method: 'S256' }
    const back = await agree({ ...params, organization_slug: t.organization })
    expect(back.status).toBe(303)
    const url = new URL(back.location)
    expect(`${url.origin}${url.pathname}`).toBe(callback)
    expect(url.searchParams.get('state')).toBe('a&b=c')
    const fields = { code: codeOf(back), code_verifier: verifier }
    const reply = await exchange(fields, basic(app.client_id, app.client_secret))
    expect(reply).toMatchObject({
      status: 201,
      headers: { 'cache-control': 'no-store' },
      body: {
        access_token: expect.stringMatching(/^sbp_oauth_[0-9a-f]{40}$/),
        refresh_token: expect.any(String),
        expires_in: 86_400,
        token_type: 'Bearer',
        project_refs: null,
      },
    })
    expect(await projects(reply.body.access_token)).toMatchObject({ status: 200 })
    const theirs = upstreamReplies()?.('v1-exchange-oauth-token')
    theirs?.validate?.(reply.body)
    expect([theirs?.status ?? 201, theirs?.validate?.errors ?? []]).toEqual([201, []])
  })

  test.each([
    ['plain', 'v'.repeat(43), 'plain'],
    ['sha256', newVerifier().challenge, 'sha256'],
  ])('challenge method %s', async (_name, challenge, method) => {
    const code = codeOf(await agree({ code_challenge: challenge, code_challenge_method: method }))
    const right = method === 'plain' ? challenge : 'wrong'.repeat(10)
    const reply = await exchange({ ...client, code, code_verifier: right })
    expect(reply.status).toBe(method === 'plain' ? 201 : 400)
  })

  test('JSON is taken too', async () => {
    const body = {
      grant_type: 'authorization_code',
      ...client,
      code: codeOf(await agree()),
      redirect_uri: callback,
    }
    expect((await t.call('POST', '/v1/oauth/token', { body })).status).toBe(201)
  })

  test('who declines goes back without a code', async () => {
    const back = await agree({ state: 's' }, { decision: 'deny' })
    expect(back.location).toBe(
      `${callback}?error=access_denied&error_description=The+request+was+declined.&state=s`,
    )
  })

  test.each([
    ['an unknown client', { client_id: '00000000-0000-4000-8000-000000000000' }],
    ['an address that is not registered', { redirect_uri: `${callback}/other` }],
    ['an address with something behind it', { redirect_uri: `${callback}?x=1` }],
    ['no address', { redirect_uri: '' }],
    ['a state beyond all measure', { state: 's'.repeat(4096) }],
  ])('%s is shown here, and nobody is sent on', async (_name, params) => {
    const reply = await browser.open(authorizePath(app.client_id, params as Record<string, string>))
    expect(reply).toMatchObject({ status: 400, location: '' })
    expect(reply.text).toContain('role="alert"')
  })

  test.each([
    ['unsupported_response_type', { response_type: 'token' }],
    ['invalid_request', { code_challenge: 'short' }],
    ['invalid_request', { code_challenge: 'v'.repeat(43), code_challenge_method: 'S512' }],
    ['invalid_target', { resource: 'https://elsewhere.example/mcp' }],
  ])('%s goes back to the app', async (error, params) => {
    const reply = await browser.open(authorizePath(app.client_id, { state: 's', ...params }))
    const url = new URL(reply.location)
    expect([url.searchParams.get('error'), url.searchParams.get('state')]).toEqual([error, 's'])
  })

  test('without a session the person signs in first', async () => {
    const stranger = openBrowser(t)
    const asked = await stranger.open(authorizePath(app.client_id))
    const login = await stranger.open(asked.location)
    expect(login).toMatchObject({
      status: 303,
      location: expect.stringMatching(/^\/login\?next=%2Foauth%2Fconsent/),
    })
  })

  test('nobody agrees for an organization or a project that is not theirs', async () => {
    expect((await agree({}, { organization: t.foreign })).status).toBe(400)
    expect((await agree({}, { reach: 'some', project: 'a'.repeat(20) })).status).toBe(400)
    expect((await agree({}, { reach: 'some' })).status).toBe(400)
  })

  test('a changed or made-up request is refused', async () => {
    expect((await browser.open('/oauth/consent?ask=made-up')).status).toBe(400)
    const { location } = await browser.open(authorizePath(app.client_id))
    expect((await browser.open(`${location.slice(0, -2)}AA`)).status).toBe(400)
    expect((await browser.open(location.replace('consent', 'claim'))).status).toBe(400)
  })
})

describe('codes', () => {
  test('are good once; a second use ends what the first gave', async () => {
    const code = codeOf(await agree())
    const first = await exchange({ ...client, code })
    expect((await orgs(first.body.access_token)).status).toBe(403)
    expect((await projects(first.body.access_token)).status).toBe(200)
    expect(await exchange({ ...client, code })).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    })
    expect((await projects(first.body.access_token)).status).toBe(401)
  })

  test('two at once give one pair', async () => {
    const code = codeOf(await agree())
    const replies = await Promise.all([exchange({ ...client, code }), exchange({ ...client, code })])
    expect(replies.map(({ status }) => status).toSorted()).toEqual([201, 400])
  })

  test('belong to their client, their address and their proof', async () => {
    const { challenge } = newVerifier()
    const other = await newApp(t, { name: 'Other' })
    const theirs = { client_id: other.client_id, client_secret: other.client_secret }
    const attempts = [
      await exchange({ ...theirs, code: codeOf(await agree()) }),
      await exchange({ ...client, code: codeOf(await agree()), redirect_uri: `${callback}/x` }),
      await form(t, '/v1/oauth/token', {
        grant_type: 'authorization_code',
        ...client,
        code: codeOf(await agree()),
      }),
      await exchange({ ...client, code: codeOf(await agree()), code_verifier: 'v'.repeat(43) }),
      await exchange({ ...client, code: codeOf(await agree({ code_challenge: challenge })) }),
      await exchange({ ...client, code: 'made-up' }),
    ]
    for (const reply of attempts)
      expect(reply).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  })

  test('expire', async () => {
    const code = codeOf(await agree())
    await t.pool.run({ text: "update oauth_codes set expires_at = now() - interval '1 second'", values: [] })
    expect((await exchange({ ...client, code })).status).toBe(400)
  })

  test.each([
    ['a wrong secret', { ...client, client_secret: 'wrong' }, 401, 'invalid_client'],
    ['no secret', { client_id: app.client_id }, 401, 'invalid_client'],
    ['no client', {}, 401, 'invalid_client'],
    ['another grant', { ...client, grant_type: 'password' }, 400, 'unsupported_grant_type'],
    ['no code', client, 400, 'invalid_request'],
  ])('%s', async (_name, fields, status, error) => {
    expect(await exchange(fields as Record<string, string>)).toMatchObject({ status, body: { error } })
  })
})

describe('refresh tokens', () => {
  const refresh = (token: string) =>
    form(t, '/v1/oauth/token', { grant_type: 'refresh_token', refresh_token: token, ...client })

  test('are rotated; an old one that comes again ends everything', async () => {
    const first = await tokens()
    const second = await refresh(first.refresh_token)
    expect(second.status).toBe(201)
    expect(second.body.refresh_token).not.toBe(first.refresh_token)
    // A client that lost our answer asks again at once and is served.
    expect((await refresh(first.refresh_token)).status).toBe(201)
    await t.pool.run({
      text: "update oauth_refresh_tokens set used_at = used_at - interval '1 minute' where used_at is not null",
      values: [],
    })
    expect(await refresh(first.refresh_token)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    })
    expect((await projects(second.body.access_token)).status).toBe(401)
    expect((await refresh(second.body.refresh_token)).status).toBe(400)
  })

  test('are revoked with all they gave', async () => {
    const { access_token, refresh_token } = await tokens()
    const revoke = (body: object) => t.call('POST', '/v1/oauth/revoke', { body })
    expect((await revoke({ ...client, client_secret: 'wrong', refresh_token })).status).toBe(401)
    expect((await projects(access_token)).status).toBe(200)
    expect(await revoke({ ...client, refresh_token })).toMatchObject({ status: 204, body: '' })
    expect((await projects(access_token)).status).toBe(401)
    expect((await refresh(refresh_token)).status).toBe(400)
    expect((await revoke({ ...client, refresh_token })).status).toBe(204)
  })
})

describe('what a token may', () => {
  test('the scopes of its app, in the organization that agreed', async () => {
    const { access_token: token } = await tokens()
    const ref = await t.createProject()
    expect((await t.call('GET', `/v1/projects/${ref}`, { token })).status).toBe(200)
    expect(await t.call('DELETE', `/v1/projects/${ref}`, { token })).toMatchObject({
      status: 403,
      body: { missing_permissions: ['project_admin_write'] },
    })
    expect((await t.call('GET', `/v1/projects/${ref}/api-keys`, { token })).status).toBe(403)
    expect((await t.call('GET', `/v1/organizations/${t.foreign}`, { token })).status).toBe(404)
    expect((await t.call('GET', '/v1/profile', { token })).status).toBe(403)
    expect(
      (await t.call('POST', '/platform/profile/access-tokens', { token, body: { name: 'x' } })).status,
    ).toBe(403)
  })

  test('only the projects the person chose', async () => {
    const [mine, other] = [await t.createProject(), await t.createProject()]
    const { access_token: token, project_refs } = await tokens({}, { reach: 'some', project: [mine] })
    expect(project_refs).toEqual([mine])
    expect((await t.call('GET', `/v1/projects/${mine}`, { token })).status).toBe(200)
    expect((await t.call('GET', `/v1/projects/${other}`, { token })).status).toBe(404)
    expect((await projects(token)).body).toHaveLength(1)
  })

  test('ends when the organization takes it back, and when the app wants other scopes', async () => {
    const path = `/platform/organizations/${t.organization}/oauth/authorizations`
    const { access_token: token } = await tokens()
    const listed = (await t.asOwner('GET', path)).body
    expect(listed).toContainEqual(
      expect.objectContaining({ id: app.id, name: 'Builder', scopes: ['database:read', 'projects:read'] }),
    )
    expect((await t.asOwner('DELETE', `${path}/${app.id}`)).status).toBe(204)
    expect((await projects(token)).status).toBe(401)

    const again = (await tokens()).access_token
    const own = `/platform/organizations/${t.organization}/oauth/apps/${app.id}`
    await t.asOwner('PATCH', own, { name: 'Builder 2' })
    expect((await projects(again)).status).toBe(200)
    await t.asOwner('PATCH', own, { scopes: ['projects:read'] })
    expect((await projects(again)).status).toBe(401)
  })

  test('is never more than the person may', async () => {
    const writer = await newApp(t, { name: 'Writer', scopes: ['projects:write', 'projects:read'] })
    const developer = await signedIn(t, { organization: t.organization, role: 'developer' })
    const asked = await developer.browser.open(authorizePath(writer.client_id))
    const page = await developer.browser.open(asked.location)
    const back = await developer.browser.submit(page, '/oauth/consent', {
      decision: 'allow',
      organization: t.organization,
      reach: 'all',
    })
    const { client_id, client_secret } = writer
    const { access_token: token } = (await exchange({ client_id, client_secret, code: codeOf(back) })).body
    const ref = await t.createProject()
    expect((await t.call('GET', `/v1/projects/${ref}`, { token })).status).toBe(200)
    expect((await t.call('DELETE', `/v1/projects/${ref}`, { token })).status).toBe(403)
  })
})

describe('clients that register themselves', () => {
  const register = (body: object) => t.call('POST', '/v1/oauth/register', { body })

  test('get an id, and a secret when they can keep one', async () => {
    const kept = await register({
      redirect_uris: ['http://localhost:9/cb'],
      client_name: 'Editor',
      scope: 'projects:read',
    })
    expect(kept).toMatchObject({
      status: 201,
      body: { client_secret: expect.any(String), client_secret_expires_at: 0, scope: 'projects:read' },
    })
    const open = await register({ redirect_uris: ['editor://cb'], token_endpoint_auth_method: 'none' })
    expect(open.status).toBe(201)
    expect(open.body).not.toHaveProperty('client_secret')
    const { verifier, challenge } = newVerifier()
    const params = { redirect_uri: 'editor://cb' }
    const refused = await browser.open(authorizePath(open.body.client_id, params))
    expect(refused.location).toContain('editor://cb?error=invalid_request')
    const path = authorizePath(open.body.client_id, {
      ...params,
      code_challenge: challenge,
      code_challenge_method: 'S256',
      resource: 'http://localhost:8000/mcp',
    })
    const page = await browser.open((await browser.open(path)).location)
    expect(page.text).toContain('registered itself')
    const back = await browser.submit(page, '/oauth/consent', {
      decision: 'allow',
      organization: t.organization,
      reach: 'all',
    })
    const fields = { client_id: open.body.client_id, code: codeOf(back), code_verifier: verifier, ...params }
    expect((await exchange(fields)).status).toBe(201)
  })

  test.each([
    ['javascript:alert(1)'],
    ['http://elsewhere.example/cb'],
    ['https://user:pass@app.example/cb'],
    ['https://app.example/cb#part'],
    ['data:text/html,x'],
    ['/relative'],
  ])('may not come back to %s', async (uri) => {
    expect(await register({ redirect_uris: [uri] })).toMatchObject({
      status: 400,
      body: { error: 'invalid_redirect_uri' },
    })
  })

  test('must say something', async () => {
    expect(await register({})).toMatchObject({ status: 400, body: { error: 'invalid_client_metadata' } })
  })
})

test('the metadata names where everything is', async () => {
  const get = async (path: string) =>
    (await t.call('GET', path, { headers: { host: 'localhost:8000' } })).body
  const server = await get('/.well-known/oauth-authorization-server')
  expect(server).toMatchObject({
    issuer: 'http://localhost:8000',
    authorization_endpoint: 'http://localhost:8000/v1/oauth/authorize',
    token_endpoint: 'http://localhost:8000/v1/oauth/token',
    code_challenge_methods_supported: ['S256', 'plain'],
  })
  expect(await get('/.well-known/oauth-protected-resource/mcp')).toMatchObject({
    resource: 'http://localhost:8000/mcp',
    authorization_servers: [server.issuer],
  })
})

test('no secret, code or token is kept or noticed in the clear', async () => {
  const { verifier, challenge } = newVerifier()
  const code = codeOf(await agree({ code_challenge: challenge, code_challenge_method: 'S256' }))
  const { access_token, refresh_token } = (await exchange({ ...client, code, code_verifier: verifier })).body
  const kept = await t.pool.query({
    text: `select row_to_json(x)::text as text from (select * from oauth_codes) x
           union all select row_to_json(x)::text from (select * from oauth_refresh_tokens) x
           union all select row_to_json(x)::text from (select * from oauth_apps) x
           union all select row_to_json(x)::text from (select * from access_tokens) x`,
    values: [],
  })
  const everything = JSON.stringify([kept, t.observe.seen])
  for (const secret of [code, access_token, refresh_token, app.client_secret, verifier]) {
    expect(everything).not.toContain(secret)
  }
})
