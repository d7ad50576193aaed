// Who may make, change and remove members, and that an organization keeps an owner.

import { afterAll, expect, test } from 'vitest'
import { testControl } from '../test-control.ts'

const t = await testControl()
afterAll(() => t.close())
const base = `/v2/organizations/${t.organization}/members`
const roleOf = async (id: string) =>
  (await t.asOwner('GET', `/v1/organizations/${t.organization}/members`)).body.find(
    (member: { user_id: string }) => member.user_id === id,
  )?.role_name
const assign = (token: string, id: string, role: string) =>
  t.call('PATCH', `${base}/${id}/roles`, {
    token,
    body: { data: { type: 'organization_member_role', attributes: { role } } },
  })
const add = (token: string, email: string, role: string) =>
  t.call('POST', `/platform/organizations/${t.organization}/members`, { token, body: { email, role } })

test('somebody joins, gets another role, leaves', async () => {
  expect((await add(t.owner.token, 'stranger@example.com', 'read-only')).status).toBe(201)
  expect((await add(t.owner.token, 'Stranger@example.com', 'read-only')).status).toBe(409)
  expect(await roleOf(t.stranger.id)).toBe('Read-only')
  const ref = await t.createProject()
  const pause = () => t.call('POST', `/v1/projects/${ref}/pause`, { token: t.stranger.token })
  expect((await pause()).status).toBe(403)
  expect((await assign(t.administrator.token, t.stranger.id, 'administrator')).status).toBe(200)
  expect(await roleOf(t.stranger.id)).toBe('Administrator')
  expect((await t.call('DELETE', `${base}/${t.stranger.id}`, { token: t.owner.token })).status).toBe(200)
  expect((await pause()).status).toBe(404)
  expect((await assign(t.owner.token, t.stranger.id, 'developer')).status).toBe(404)
})

test('only owners touch owners', async () => {
  expect((await add(t.administrator.token, 'stranger@example.com', 'owner')).status).toBe(403)
  expect((await assign(t.administrator.token, t.developer.id, 'owner')).status).toBe(403)
  expect((await assign(t.administrator.token, t.owner.id, 'read-only')).status).toBe(403)
  expect((await t.call('DELETE', `${base}/${t.owner.id}`, { token: t.administrator.token })).status).toBe(403)
})

test('what cannot be given is said', async () => {
  expect((await add(t.administrator.token, 'nobody@example.com', 'developer')).status).toBe(404)
  expect((await assign(t.administrator.token, t.developer.id, 'no-access')).status).toBe(400)
})

// The last of all: it is open which of the two remains.
test('the last owner stays, also when two leave at once', async () => {
  expect((await assign(t.owner.token, t.owner.id, 'developer')).status).toBe(409)
  expect((await t.call('DELETE', `${base}/${t.owner.id}`, { token: t.owner.token })).status).toBe(409)
  expect((await assign(t.owner.token, t.administrator.id, 'owner')).status).toBe(200)
  const replies = await Promise.all([
    t.call('DELETE', `${base}/${t.owner.id}`, { token: t.owner.token }),
    t.call('DELETE', `${base}/${t.administrator.id}`, { token: t.administrator.token }),
  ])
  expect(replies.map(({ status }) => status).toSorted()).toEqual([200, 409])
})
