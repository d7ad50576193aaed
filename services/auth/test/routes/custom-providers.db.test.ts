// Services that the project brought along: how administrators keep them, and signing in by one, with a real OpenID
// provider.

import { sql } from '@plinth/postgres'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { expectAdminsOnly } from '../admins-only.ts'
import { type House, ofHouse, startHouse } from '../house-provider.ts'
import { fragmentOf } from '../open-id-provider.ts'
import { type TestAuth, type TestProject, testProject } from '../test-auth.ts'

let project: TestProject
let auth: TestAuth
let house: House
beforeAll(async () => {
  project = await testProject()
  house = await startHouse()
  auth = await project.auth({ custom_oauth_enabled: true }, { outbound: house.outbound })
})
afterEach(() => project.admin.run(sql`delete from auth.custom_oauth_providers`))
afterAll(async () => {
  await project.drop()
  await house.close()
})

const base = '/admin/custom-providers'
const admin = (method: string, path = '', body?: unknown, service = auth) =>
  service.ask(method, `${base}${path}`, body, { token: service.serviceToken })
const oauth2 = (identifier = 'custom:github-enterprise', more: object = {}) => ({
  provider_type: 'oauth2',
  identifier,
  name: 'GitHub Enterprise',
  client_id: 'test-client-id',
  client_secret: 'test-client-secret',
  scopes: ['read:user', 'user:email'],
  authorization_url: 'https://github.example.com/login/oauth/authorize',
  token_url: 'https://github.example.com/login/oauth/access_token',
  userinfo_url: 'https://github.example.com/api/v3/user',
  ...more,
})
const oidc = ofHouse

const one = '/custom:house'
it.each([
  ['GET', ''],
  ['POST', ''],
  ['GET', one],
  ['PUT', one],
  ['DELETE', one],
])('%s %s is for administrators, where it is switched on', async (method, path) => {
  await expectAdminsOnly(auth, method, `${base}${path}`)
  const off = await project.auth()
  expect(await admin(method, path, {}, off)).toMatchObject({
    status: 404,
    body: { error_code: 'feature_disabled', msg: 'Custom OAuth providers are disabled' },
  })
})

describe('making and changing', () => {
  it('an OAuth provider is shown as it was made, without its secret', async () => {
    const { status, body } = await admin('POST', '', oauth2())
    expect(status).toBe(201)
    const { client_secret: _, ...wish } = oauth2()
    expect(body).toEqual({
      ...wish,
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      acceptable_client_ids: [],
      pkce_enabled: true,
      attribute_mapping: {},
      custom_claims_allowlist: [],
      authorization_params: {},
      enabled: true,
      email_optional: false,
      skip_nonce_check: false,
      created_at: expect.stringMatching(/Z$/),
      updated_at: expect.stringMatching(/Z$/),
    })
    expect((await admin('GET', '/custom:github-enterprise')).body).toEqual(body)
    expect((await admin('GET', '?type=oauth2')).body).toEqual({ providers: [body] })
    expect((await admin('GET', '?type=oidc')).body).toEqual({ providers: [] })
    expect((await admin('GET', '?type=other')).status).toBe(400)
  })

  it('an OpenID provider is looked up, and again when it moves', async () => {
    const { body } = await admin('POST', '', oidc())
    expect(body).toMatchObject({
      scopes: ['openid', 'email', 'profile'],
      issuer: 'https://oidc.test',
      discovery_document: { issuer: 'https://oidc.test', token_endpoint: expect.stringMatching(/\/token$/) },
    })
    const moved = await admin('PUT', one, { issuer: 'https://127.0.0.1/elsewhere' })
    expect(moved).toMatchObject({ status: 400, body: { error_code: 'validation_failed' } })
    expect(moved.body.msg).toMatch(/loopback|OIDC discovery/)
    const other = await admin('PUT', one, { issuer: 'https://oidc.test/other' })
    expect(other.body.msg).toMatch(/^OIDC discovery from "https:\/\/oidc\.test\/other\/.* failed: /)
    expect((await admin('GET', one)).body).toEqual(body)
  })

  it('changes what is mentioned, and nothing that names it', async () => {
    await admin('POST', '', oauth2())
    const wish = {
      name: 'New',
      enabled: false,
      scopes: ['a'],
      custom_claims_allowlist: ['groups'],
      attribute_mapping: { name: 'login' },
      authorization_params: { prompt: 'consent' },
      issuer: 'https://ignored.test',
    }
    const { body } = await admin('PUT', '/custom:github-enterprise', { ...wish, identifier: 'custom:x' })
    const { issuer: _, ...expected } = wish
    expect(body).toMatchObject({
      ...expected,
      identifier: 'custom:github-enterprise',
      client_id: 'test-client-id',
    })
    expect(body.issuer).toBeUndefined()
    expect((await admin('DELETE', '/custom:github-enterprise')).status).toBe(204)
    expect(await admin('DELETE', '/custom:github-enterprise')).toMatchObject({
      status: 404,
      body: { error_code: 'custom_provider_not_found' },
    })
  })

  it('takes an identifier once', async () => {
    await admin('POST', '', oauth2())
    expect(await admin('POST', '', oauth2())).toMatchObject({
      status: 400,
      body: { error_code: 'conflict', msg: expect.stringMatching(/identifier already exists/) },
    })
  })
})

const refused: [more: object, message: RegExp][] = [
  [{ provider_type: '' }, /provider_type must be either 'oauth2' or 'oidc'/],
  [{ provider_type: 'saml' }, /provider_type must be either 'oauth2' or 'oidc'/],
  [{ identifier: '' }, /identifier is required/],
  [{ identifier: 'mine' }, /must start with 'custom:' prefix, e\.g\. 'custom:mine'/],
  [{ identifier: 'custom:Mine!' }, /identifier has other characters/],
  [{ name: '' }, /name is required/],
  [{ client_secret: '' }, /client_secret is required/],
  [{ authorization_url: '' }, /authorization_url is required/],
  [{ provider_type: 'oidc' }, /issuer is required/],
  [{ authorization_url: 'http://example.com/authorize' }, /URL must use HTTPS/],
  [{ token_url: 'https://localhost/token' }, /localhost/],
  [{ token_url: 'https://10.0.0.1/token' }, /private network/],
  [{ userinfo_url: 'https://[fd00::1]/me' }, /private network/],
  [{ userinfo_url: 'nothing' }, /Invalid URL/],
  [{ authorization_params: { client_id: 'x' } }, /reserved OAuth parameter/],
  [{ authorization_params: { state: 'x' } }, /reserved OAuth parameter/],
  [{ authorization_params: { prompt: 1 } }, /must be a string/],
  [{ attribute_mapping: { id: 'x' } }, /protected system field/],
  [{ attribute_mapping: { role: 'x' } }, /protected system field/],
  [{ custom_claims_allowlist: [' '] }, /non-empty/],
]
it.each(refused)('refuses %j', async (more, message) => {
  const reply = await admin('POST', '', oauth2('custom:test', more))
  expect([reply.status, reply.body.error_code]).toEqual([400, 'validation_failed'])
  expect(reply.body.msg).toMatch(message)
  expect((await admin('GET')).body.providers).toEqual([])
})

describe('signing in', () => {
  it('works as soon as it is made, says what it was told to, and stops when it is switched off', async () => {
    const mapping = { nickname: 'name', website: 'picture' }
    const made = await admin(
      'POST',
      '',
      oidc('custom:house', { attribute_mapping: mapping, custom_claims_allowlist: ['sub'] }),
    )
    expect(made.status).toBe(201)
    const { body } = await auth.ask('GET', '/authorize?provider=custom:house&skip_http_redirect=true')
    const reply = await house.visit(auth, body.url, 'ada')
    const token = fragmentOf(reply).get('access_token') ?? ''
    const { body: user } = await auth.ask('GET', '/user', undefined, { token })
    expect(user).toMatchObject({
      email: 'ada@oidc.test',
      app_metadata: { provider: 'custom:house' },
      user_metadata: { custom_claims: { sub: 'ada' }, nickname: 'Ada' },
    })
    await admin('PUT', one, { enabled: false })
    const off = await auth.ask('GET', '/authorize?provider=custom:house')
    expect(off).toMatchObject({
      status: 400,
      body: { msg: 'Unsupported provider: custom provider custom:house is disabled' },
    })
  })
})
