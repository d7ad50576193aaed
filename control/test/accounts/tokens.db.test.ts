// Personal access tokens: what may be asked for, what they may then do.

import { afterAll, expect, test } from 'vitest'
import { testControl } from '../test-control.ts'

const t = await testControl()
afterAll(() => t.close())
const path = '/platform/profile/access-tokens'
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()

test('a classic token does what its owner may, until it is deleted', async () => {
  const made = await t.asOwner('POST', path, { name: 'laptop' })
  expect(made.body).toMatchObject({ token: expect.stringMatching(/^sbp_[0-9a-f]{40}$/), permissions: null })
  const { token, id } = made.body
  expect((await t.call('GET', '/v1/profile', { token })).status).toBe(200)
  const listed = await t.asOwner('GET', path)
  expect(listed.body).toContainEqual(expect.objectContaining({ id, name: 'laptop' }))
  expect(JSON.stringify(listed.body)).not.toContain(token)
  expect((await t.call('DELETE', `${path}/${id}`, { token: t.stranger.token })).status).toBe(404)
  expect((await t.asOwner('DELETE', `${path}/${id}`)).status).toBe(200)
  expect((await t.call('GET', '/v1/profile', { token })).status).toBe(401)
})

test('a scoped token does what it says, where it says', async () => {
  const ref = await t.createProject()
  const other = await t.createProject()
  const wish = { name: 'ci', permissions: ['project_admin_read'], projects: [ref], expires_at: inDays(30) }
  const { token } = (await t.asOwner('POST', path, wish)).body
  expect(token).toMatch(/^sbp_fc[0-9a-f]{38}$/)
  expect((await t.call('GET', `/v1/projects/${ref}`, { token })).status).toBe(200)
  expect((await t.call('GET', `/v1/projects/${other}`, { token })).status).toBe(404)
  expect(await t.call('POST', `/v1/projects/${ref}/pause`, { token })).toMatchObject({
    status: 403,
    body: { message: expect.any(String), missing_permissions: ['project_admin_write'] },
  })
  expect((await t.call('GET', '/v1/profile', { token })).status).toBe(403)
})

test.each([
  ['without an end', { permissions: ['projects_read'] }],
  ['for longer than a year', { permissions: ['projects_read'], expires_at: inDays(370) }],
  ['that has ended', { expires_at: inDays(-1) }],
  ['with a permission that does not exist', { permissions: ['everything'], expires_at: inDays(1) }],
  ['for an organization of somebody else', { organizations: ['a'.repeat(20)], expires_at: inDays(1) }],
  ['without a name', { name: ' ' }],
])('no token %s', async (_name, wish) => {
  expect((await t.asOwner('POST', path, { name: 'ci', ...wish })).status).toBe(400)
})

test('a limited token makes no tokens', async () => {
  const token = await t.newToken(t.owner.id, { permissions: ['organization_admin_write', 'projects_read'] })
  for (const method of ['GET', 'POST'] as const) {
    expect(
      (await t.call(method, path, { token, ...(method === 'POST' && { body: { name: 'x' } }) })).status,
    ).toBe(403)
  }
})
