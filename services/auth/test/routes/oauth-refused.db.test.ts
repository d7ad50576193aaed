// Apps that do not show who they are as they registered, and requests that nobody answered in time.

import { randomBytes } from 'node:crypto'
import { sql } from '@plinth/postgres'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type TestAuth, type TestProject, testProject } from '../test-auth.ts'

const redirect = 'https://app.test/callback'
let project: TestProject
let service: TestAuth
let client: { readonly client_id: string; readonly client_secret: string }
beforeAll(async () => {
  project = await testProject()
  service = await project.auth({ oauth_server_enabled: true, oauth_server_authorization_path: '/consent' })
  const wish = { client_name: 'App', redirect_uris: [redirect] }
  client = (await service.ask('POST', '/admin/oauth/clients', wish, { token: service.serviceToken })).body
})
afterAll(() => project.drop())

const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
})

it('an app is told why it is not let in', async () => {
  const { client_id, client_secret } = client
  const refused = async (wish: object, message: RegExp, headers = {}) => {
    const form = new URLSearchParams({ grant_type: 'authorization_code', ...wish }).toString()
    const reply = await service.ask('POST', '/oauth/token', form, { headers })
    expect([reply.status, reply.body.error_code]).toEqual([400, 'invalid_credentials'])
    expect(reply.body.msg).toMatch(message)
  }
  const otherwise = (used: string) =>
    new RegExp(`registered for 'client_secret_basic' but '${used}' was used`)
  await refused({ client_id, client_secret }, otherwise('client_secret_post'))
  await refused({ client_id }, otherwise('none'))
  await refused({ client_id: 'x' }, /^Invalid client_id format$/)
  await refused({}, /client_id is required$/)
  await refused({}, /^invalid client credentials$/, basic(client_id, 'wrong'))
  await refused({}, /invalid basic auth format$/, { authorization: 'Basic eA==' })
})

it('where the server is off, nobody is asked who they are', async () => {
  const off = await project.auth()
  for (const path of ['/oauth/userinfo', '/oauth/authorizations/x']) {
    const reply = await off.ask('GET', path)
    expect([reply.status, reply.body.error_code]).toEqual([404, 'feature_disabled'])
  }
})

it('a body that is no JSON', async () => {
  const how = { token: service.serviceToken }
  const reply = await service.ask('POST', '/admin/oauth/clients', 'x', how)
  expect(reply).toMatchObject({ status: 400, body: { error_code: 'bad_json', msg: 'Invalid JSON body' } })
})

it('a request that is looked at too late is marked as expired', async () => {
  const { body: person } = await service.ask('POST', '/signup', { email: 'late@x.test', password: 'secret1' })
  const asking = new URLSearchParams({
    client_id: client.client_id,
    redirect_uri: redirect,
    code_challenge: randomBytes(32).toString('base64url'),
    code_challenge_method: 'S256',
  })
  const { headers } = await service.ask('GET', `/oauth/authorize?${asking}`)
  const id = new URL(headers['location'] ?? '').searchParams.get('authorization_id')
  service.pass(181)
  const path = `/oauth/authorizations/${id}`
  const late = await service.ask('GET', path, undefined, { token: person.access_token })
  expect([late.status, late.body.error_code]).toEqual([404, 'oauth_authorization_not_found'])
  const [row] = await project.admin.query(
    sql`select status from auth.oauth_authorizations where authorization_id = ${id}`,
  )
  expect(row).toEqual({ status: 'expired' })
})
