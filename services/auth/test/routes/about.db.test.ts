// What anybody may ask, and what nobody finds.

import { afterAll, beforeAll, expect, it } from 'vitest'
import { type TestAuth, type TestProject, testProject } from '../test-auth.ts'

let project: TestProject
let auth: TestAuth
beforeAll(async () => {
  project = await testProject()
  auth = await project.auth()
})
afterAll(() => project.drop())

it.each([
  ['/health', { name: 'GoTrue' }],
  [
    '/settings',
    {
      external: { email: true, phone: false, google: false },
      disable_signup: false,
      mailer_autoconfirm: true,
    },
  ],
  ['/.well-known/jwks.json', { keys: [] }],
  ['/.well-known/openid-configuration', { issuer: 'http://ref.localhost:8000/auth/v1' }],
])('GET %s', async (path, body) => {
  expect(await auth.ask('GET', path)).toMatchObject({ status: 200, body })
})

it.each([
  ['GET', '/settings/', 200],
  ['GET', '/user/', 401],
  ['POST', '/factors/', 401],
  ['GET', '/admin/users/', 401],
  ['GET', '/nothing/', 404],
])('%s %s, with a slash at its end', async (method, path, status) => {
  expect((await auth.ask(method, path)).status).toBe(status)
})

it('/nothing is not there', async () => {
  expect(await auth.ask('GET', '/nothing')).toMatchObject({ status: 404, body: { error_code: 'not_found' } })
})

it.each([
  [
    'GET',
    '/authorize?provider=github',
    400,
    'validation_failed',
    'Unsupported provider: provider is not enabled',
  ],
  [
    'GET',
    '/authorize?provider=me',
    400,
    'validation_failed',
    'Unsupported provider: Provider me could not be found',
  ],
  ['POST', '/sso', 404, 'saml_provider_disabled', 'SAML 2.0 is disabled'],
  ['GET', '/sso/saml/metadata', 404, 'saml_provider_disabled', 'SAML 2.0 is disabled'],
  ['POST', '/passkeys/registration/options', 404, 'passkey_disabled', 'Passkeys are disabled'],
  ['GET', '/oauth/authorize', 404, 'feature_disabled', 'OAuth server is disabled'],
  ['POST', '/token?grant_type=web3', 422, 'web3_provider_disabled', 'Web3 provider is disabled'],
])('%s %s is off', async (...[method, path, status, code, message]) => {
  expect(await auth.ask(method, path, method === 'POST' ? {} : undefined)).toMatchObject({
    status,
    body: { error_code: code, msg: message },
  })
})

it('takes no tokens of outside providers', async () => {
  const ask = (body: object) => auth.ask('POST', '/token?grant_type=id_token', body)
  expect(await ask({})).toMatchObject({
    status: 400,
    body: { error: 'invalid request', error_description: 'id_token required' },
  })
  expect((await ask({ id_token: 'x', provider: 'google' })).body).toMatchObject({
    error_code: 'provider_disabled',
    msg: 'Provider (issuer "https://accounts.google.com") is not enabled',
  })
})
