// Settings of the realtime service, in and out, and in the spec.

import { afterAll, expect, test } from 'vitest'
import { testControl } from '../test-control.ts'

const t = await testControl()
const ref = await t.createProject()
const path = `/v1/projects/${ref}/config/realtime`
afterAll(() => t.close())

const realtime = () => t.host.specs.findLast((spec) => spec.ref === ref)?.realtime

test('starts with defaults for everything', async () => {
  const { body } = await t.asOwner('GET', path)
  expect(body).toMatchObject({ private_only: false, suspend: false, admin_suspended_at: null })
  expect(Object.keys(body)).toHaveLength(13)
})

test('an edit keeps the rest', async () => {
  expect(await t.asOwner('PATCH', path, { max_concurrent_users: 7 })).toMatchObject({ status: 204, body: '' })
  await t.asOwner('PATCH', path, { suspend: true, presence_enabled: false })
  const wish = { max_concurrent_users: 7, suspend: true, presence_enabled: false }
  expect((await t.asOwner('GET', path)).body).toMatchObject(wish)
  expect(realtime()).toMatchObject(wish)
})

const refused = [
  [{ max_concurrent_users: 0 }, /^max_concurrent_users/],
  [{ max_payload_size_in_kb: 10_001 }, /^max_payload_size_in_kb/],
  [{ private_only: null }, /^private_only/],
  [{ admin_suspended_at: 'now' }, /^property admin_suspended_at should not exist/],
] as const
test.each(refused)('refuses %j', async (body, message) => {
  expect(await t.asOwner('PATCH', path, body)).toMatchObject({
    status: 400,
    body: { message: expect.stringMatching(message) },
  })
})

test('what the realtime service would do says that it is not offered', async () => {
  const reply = await t.asOwner('POST', `${path}/shutdown`)
  expect(reply).toMatchObject({ status: 404, body: { message: expect.stringMatching(/^Realtime:/) } })
})
