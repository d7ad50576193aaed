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

it.each(['/nothing', '/authorize?provider=github', '/sso'])('%s is not there', async (path) => {
  expect(await auth.ask('GET', path)).toMatchObject({
    status: 404,
    body: { code: 404, error_code: 'not_found' },
  })
})
