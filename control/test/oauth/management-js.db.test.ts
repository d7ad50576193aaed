// The unmodified client library: claims and OAuth.

import { SupabaseManagementAPI } from 'supabase-management-js'
import { afterAll, expect, test } from 'vitest'
import { testControl } from '../test-control.ts'
import { authorizePath, callback, newApp, signedIn } from './apps.ts'

const t = await testControl()
const baseUrl = await t.app.listen({ port: 0, host: '127.0.0.1' })
const clientOf = (accessToken: string) => new SupabaseManagementAPI({ accessToken, baseUrl })
afterAll(() => t.close())

test('a project is handed over by token', async () => {
  const [mine, theirs] = [clientOf(t.owner.token), clientOf(t.stranger.token)]
  const ref = await t.createProject()
  const { token } = (await mine.createProjectClaimToken(ref)).data
  expect((await mine.getProjectClaimToken(ref)).data.created_by).toBe(t.owner.id)
  await mine.deleteProjectClaimToken(ref)
  await expect(mine.getProjectClaimToken(ref)).rejects.toThrow()
  expect(await theirs.getOrganizationProjectClaim(t.foreign, token).catch(() => undefined)).toBeUndefined()
  const again = (await mine.createProjectClaimToken(ref)).data.token
  expect((await theirs.getOrganizationProjectClaim(t.foreign, again)).data.preview.valid).toBe(true)
  await theirs.claimProjectForOrganization(t.foreign, again)
  expect((await theirs.getProject(ref)).data.organization_id).toBe(t.foreign)
})

test('codes and refresh tokens are exchanged and revoked', async () => {
  const app = await newApp(t)
  const { browser } = await signedIn(t, { organization: t.organization, role: 'owner' })
  const page = await browser.open((await browser.open(authorizePath(app.client_id))).location)
  const chosen = { decision: 'allow', organization: t.organization, reach: 'all' }
  const { location } = await browser.submit(page, '/oauth/consent', chosen)
  const api = clientOf('none')
  const client = { client_id: app.client_id, client_secret: app.client_secret }
  const code = new URL(location).searchParams.get('code') ?? ''
  const first = await api.exchangeOauthToken({
    grant_type: 'authorization_code',
    ...client,
    code,
    redirect_uri: callback,
  })
  expect((await clientOf(first.data.access_token).listAllProjects()).status).toBe(200)
  const refresh_token = first.data.refresh_token ?? ''
  const second = await api.exchangeOauthToken({ grant_type: 'refresh_token', ...client, refresh_token })
  await api.revokeToken({ ...client, refresh_token: second.data.refresh_token ?? '' })
  await expect(clientOf(second.data.access_token).listAllProjects()).rejects.toThrow()
})
