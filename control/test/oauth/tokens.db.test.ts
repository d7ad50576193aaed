// Tokens of apps: renewed, taken back, and what they may.

import { afterAll, describe, expect, test } from 'vitest'
import { testControl } from '../test-control.ts'
import { authorizePath, form, newApp, newVerifier, signedIn } from './apps.ts'
import { codeOf, openFlow } from './flow.ts'

const t = await testControl()
afterAll(() => t.close())
const { app, client, agree, exchange, tokens, projects } = await openFlow(t)

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
