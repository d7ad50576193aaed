// An app asks, a person agrees, a code is exchanged.

import { afterAll, describe, expect, test } from 'vitest'
import { openBrowser } from '../browser.ts'
import { testControl } from '../test-control.ts'
import { upstreamReplies } from '../upstream-schemas.ts'
import { authorizePath, basic, callback, form, newApp, newVerifier } from './apps.ts'
import { codeOf, openFlow } from './flow.ts'

const t = await testControl()
afterAll(() => t.close())
const { app, browser, client, agree, exchange, orgs, projects } = await openFlow(t)

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
