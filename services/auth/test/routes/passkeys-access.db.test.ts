// Who may call the routes of passkeys: one row each.

import { signHs256 } from '@plinth/crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type TestAuth, type TestProject, testProject } from '../test-auth.ts'

let project: TestProject
let auth: TestAuth
let tokens: Record<string, string | undefined>
let id = ''
beforeAll(async () => {
  project = await testProject()
  auth = await project.auth({ passkey_enabled: true })
  const { body } = await auth.ask('POST', '/signup', { email: 'a@access.test', password: 'correct horse' })
  id = body.user.id
  const claims = JSON.parse(Buffer.from(body.access_token.split('.')[1], 'base64url').toString())
  tokens = {
    nobody: undefined,
    anon: auth.anonToken,
    user: body.access_token,
    service: auth.serviceToken,
    // Signed by another project.
    foreign: signHs256('another-secret-of-more-than-thirty-two-characters', claims),
    'foreign service': signHs256('another-secret-of-more-than-thirty-two-characters', {
      role: 'service_role',
      exp: 4_000_000_000,
    }),
  }
})
afterAll(() => project.drop())

const unknown = '00000000-0000-4000-8000-000000000000'
const anybody = { nobody: 200, anon: 200, user: 200, service: 200, foreign: 200, 'foreign service': 200 }
const ofUser = { nobody: 401, anon: 403, service: 403, foreign: 403, 'foreign service': 403 }
const ofAdmin = { nobody: 401, anon: 403, user: 403, foreign: 403, 'foreign service': 403 }

const table: readonly [method: string, path: string, who: Record<string, number>][] = [
  ['POST', '/passkeys/authentication/options', anybody],
  [
    'POST',
    '/passkeys/authentication/verify',
    Object.fromEntries(Object.keys(anybody).map((who) => [who, 400])),
  ],
  ['POST', '/passkeys/registration/options', { ...ofUser, user: 200 }],
  ['POST', '/passkeys/registration/verify', { ...ofUser, user: 400 }],
  ['GET', '/passkeys', { ...ofUser, user: 200 }],
  ['PATCH', `/passkeys/${unknown}`, { ...ofUser, user: 404 }],
  ['DELETE', `/passkeys/${unknown}`, { ...ofUser, user: 404 }],
  ['GET', '/admin/users/:id/passkeys', { ...ofAdmin, service: 200 }],
  ['DELETE', `/admin/users/:id/passkeys/${unknown}`, { ...ofAdmin, service: 404 }],
]

it.each(table)('%s %s', async (method, path, expected) => {
  const found: Record<string, number> = {}
  for (const who of Object.keys(expected)) {
    const token = tokens[who]
    const body = method === 'GET' ? undefined : { friendly_name: 'x' }
    const answer = await auth.ask(method, path.replace(':id', id), body, token === undefined ? {} : { token })
    found[who] = answer.status
  }
  expect(found).toEqual(expected)
})
