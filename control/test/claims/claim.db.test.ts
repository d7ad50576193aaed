// A project changes hands: by a token, and through the page an app sends its user to.

import { afterAll, expect, test } from 'vitest'
import { openBrowser } from '../browser.ts'
import { authorizePath, callback, form, newApp, password, signedIn } from '../oauth/apps.ts'
import { testControl } from '../test-control.ts'

const t = await testControl()
afterAll(() => t.close())
const app = await newApp(t, { scopes: ['projects:read', 'projects:write'] })

const organizationOf = async (ref: string): Promise<string> => {
  const row = await t.pool.one<{ organization_id: string }>({
    text: 'select organization_id from projects where ref = $1',
    values: [ref],
  })
  return row.organization_id
}

const offer = (ref: string, params: Record<string, string> = {}, token = t.owner.token) =>
  t.call(
    'GET',
    authorizePath(app.client_id, { project_ref: ref, ...params }).replace(
      'authorize?',
      'authorize/project-claim?',
    ),
    {
      token,
    },
  )

test('by token: preview, take, and who may reach it afterwards', async () => {
  const ref = await t.createProject()
  const own = `/v1/projects/${ref}/claim-token`
  const made = await t.asOwner('POST', own)
  const { token, ...shown } = made.body
  expect((await t.asOwner('GET', own)).body).toEqual(shown)
  const claim = `/v1/organizations/${t.foreign}/project-claim/${token}`
  const preview = await t.call('GET', claim, { token: t.stranger.token })
  expect(preview.body).toMatchObject({ project: { ref, name: 'Shop' }, preview: { valid: true, errors: [] } })
  const same = await t.asOwner('GET', `/v1/organizations/${t.organization}/project-claim/${token}`)
  expect(same.body.preview).toMatchObject({ valid: false, errors: [{ key: 'same_organization' }] })

  expect((await t.asOwner('GET', `/v1/projects/${ref}`)).status).toBe(200)
  expect((await t.call('POST', claim, { token: t.stranger.token })).status).toBe(204)
  expect(await organizationOf(ref)).toBe(t.foreign)
  expect((await t.asOwner('GET', `/v1/projects/${ref}`)).status).toBe(404)
  expect((await t.call('GET', `/v1/projects/${ref}`, { token: t.stranger.token })).status).toBe(200)
  expect((await t.call('POST', claim, { token: t.stranger.token })).status).toBe(404)
  const log = async (slug: string, who: string) =>
    (await t.call('GET', `/platform/organizations/${slug}/audit-log`, { token: who })).body.entries
  expect(await log(t.organization, t.owner.token)).toContainEqual(
    expect.objectContaining({ operation: 'claims.given', ref, account_id: t.stranger.id }),
  )
  expect(await log(t.foreign, t.stranger.token)).toContainEqual(
    expect.objectContaining({ operation: 'claims.received', ref }),
  )
})

test('branches go along with their project, and nowhere alone', async () => {
  const ref = await t.createProject()
  const { body: branch } = await t.asOwner('POST', `/v1/projects/${ref}/branches`, { branch_name: 'feature' })
  expect((await t.asOwner('POST', `/v1/projects/${branch.project_ref}/claim-token`)).status).toBe(422)
  const { token } = (await t.asOwner('POST', `/v1/projects/${ref}/claim-token`)).body
  const claim = `/v1/organizations/${t.foreign}/project-claim/${token}`
  expect((await t.call('POST', claim, { token: t.stranger.token })).status).toBe(204)
  expect(await organizationOf(branch.project_ref)).toBe(t.foreign)
  expect((await t.asOwner('GET', `/v1/branches/${branch.id}`)).status).toBe(404)
  expect((await t.call('GET', `/v1/branches/${branch.id}`, { token: t.stranger.token })).status).toBe(200)
})

test('a token can be withdrawn, replaced, and runs out', async () => {
  const ref = await t.createProject()
  const own = `/v1/projects/${ref}/claim-token`
  const preview = async (token: string) =>
    (
      await t.call('GET', `/v1/organizations/${t.foreign}/project-claim/${token}`, {
        token: t.stranger.token,
      })
    ).status
  const first = (await t.asOwner('POST', own)).body.token
  const second = (await t.asOwner('POST', own)).body.token
  expect([await preview(first), await preview(second)]).toEqual([404, 200])
  expect((await t.asOwner('DELETE', own)).status).toBe(204)
  expect([await preview(second), (await t.asOwner('GET', own)).status]).toEqual([404, 404])
  const third = (await t.asOwner('POST', own)).body.token
  await t.pool.run({ text: "update project_claims set expires_at = now() - interval '1 s'", values: [] })
  expect(await preview(third)).toBe(404)
})

test('two who take at once: one gets it', async () => {
  const ref = await t.createProject()
  const { token } = (await t.asOwner('POST', `/v1/projects/${ref}/claim-token`)).body
  const path = `/v1/organizations/${t.foreign}/project-claim/${token}`
  const replies = await Promise.all([1, 2].map(() => t.call('POST', path, { token: t.stranger.token })))
  expect(replies.map(({ status }) => status).toSorted()).toEqual([204, 404])
})

test('by page: the person signs up, takes it into a new organization, and the app goes on', async () => {
  const ref = await t.createProject()
  const offered = await offer(ref, { state: 'xyz' })
  expect(offered.status).toBe(302)
  const browser = openBrowser(t)
  const location = String(offered.headers['location'])
  const asked = await browser.open(location)
  expect(asked).toMatchObject({ status: 303, location: expect.stringMatching(/^\/login\?next=/) })
  const login = await browser.open(asked.location)
  const signUp = /href="(\/signup\?[^"]+)"/.exec(login.text)?.[1] ?? ''
  const signUpPage = await browser.open(signUp)
  const weak = await browser.submit(signUpPage, '/signup', {
    email: 'claimer@example.com',
    password: 'short',
  })
  expect(weak.status).toBe(400)
  const made = await browser.submit(signUpPage, '/signup', { email: 'claimer@example.com', password })
  expect(made).toMatchObject({ status: 303, location: expect.stringMatching(/^\/oauth\/claim\?ask=/) })
  const page = await browser.open(made.location)
  expect(page.text).toContain('Take over Shop?')
  const taken = await browser.submit(page, '/oauth/claim', {
    decision: 'allow',
    organization: 'new',
    name: 'Mine',
  })
  expect(taken.status).toBe(303)
  const back = new URL(taken.location)
  expect(back.searchParams.get('state')).toBe('xyz')

  const { access_token: token, project_refs } = (
    await form(t, '/v1/oauth/token', {
      grant_type: 'authorization_code',
      client_id: app.client_id,
      client_secret: app.client_secret,
      code: back.searchParams.get('code') ?? '',
      redirect_uri: callback,
    })
  ).body
  expect(project_refs).toEqual([ref])
  const project = await t.call('GET', `/v1/projects/${ref}`, { token })
  expect(project.status).toBe(200)
  expect(project.body.organization_id).not.toBe(t.organization)
  expect((await t.asOwner('GET', `/v1/projects/${ref}`)).status).toBe(404)
  expect(
    (await browser.submit(page, '/oauth/claim', { decision: 'allow', organization: 'new', name: 'x' }))
      .status,
  ).toBe(400)
})

test('who declines leaves it where it is', async () => {
  const ref = await t.createProject()
  const { browser } = await signedIn(t)
  const page = await browser.open(String((await offer(ref)).headers['location']))
  const back = await browser.submit(page, '/oauth/claim', { decision: 'deny' })
  expect(back.location).toContain(`${callback}?error=access_denied`)
  expect(await organizationOf(ref)).toBe(t.organization)
})

test('who may hand a project over', async () => {
  const ref = await t.createProject()
  expect((await offer(ref, {}, '')).status).toBe(401)
  expect((await offer(ref, {}, t.developer.token)).status).toBe(403)
  expect((await offer(ref, {}, t.stranger.token)).status).toBe(404)
  expect((await offer('nonsense')).status).toBe(400)
  const limited = await t.newToken(t.owner.id, { permissions: ['project_admin_write'] })
  expect(await offer(ref, {}, limited)).toMatchObject({
    status: 403,
    body: { missing_permissions: ['organization_admin_write'] },
  })
  expect((await offer(ref, { redirect_uri: 'https://evil.example' })).status).toBe(400)
  const registered = await t.call('POST', '/v1/oauth/register', { body: { redirect_uris: [callback] } })
  expect((await offer(ref, { client_id: registered.body.client_id })).status).toBe(403)
})
