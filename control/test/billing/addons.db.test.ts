// Add-ons: sizes are real, everything else says why it cannot be had.

import { afterAll, expect, test } from 'vitest'
import { testControl } from '../test-control.ts'

const t = await testControl()
const ref = await t.createProject()
const path = `/v1/projects/${ref}/billing/addons`
afterAll(() => t.close())

const spec = () => t.host.specs.findLast((one) => one.ref === ref)
const selected = async () =>
  (await t.asOwner('GET', path)).body.selected_addons.map(
    (one: { variant: { id: string } }) => one.variant.id,
  )
const settle = async () => {
  t.host.report(ref, 'awake')
  await t.untilStatus(ref, 'ACTIVE_HEALTHY')
}

test('a size is recorded, stands in the spec and restarts the database', async () => {
  expect(await selected()).toEqual(['ipv4_default', 'cd_default'])
  t.host.becomes = undefined
  const wish = { addon_type: 'compute_instance', addon_variant: 'ci_small' }
  expect(await t.asOwner('PATCH', path, wish)).toMatchObject({ status: 200, body: '' })
  expect(spec()).toMatchObject({ size: 'small', limits: { maxConnections: 90 } })
  expect(t.host.restarts).toEqual([ref])
  expect((await t.asOwner('GET', `/v1/projects/${ref}`)).body.status).toBe('RESIZING')
  expect(await selected()).toEqual(['ci_small', 'ipv4_default', 'cd_default'])
  await settle()
  expect((await t.asOwner('PATCH', path, wish)).status).toBe(200)
  expect(t.host.restarts).toEqual([ref])
})

test('without it the project is nano again', async () => {
  expect((await t.asOwner('DELETE', `${path}/ci_large`)).status).toBe(400)
  expect((await t.asOwner('DELETE', `${path}/ci_small`)).status).toBe(200)
  expect(spec()).toMatchObject({ size: 'nano', limits: { maxConnections: 60 } })
  await settle()
})

test('a size that is changed while another is being given restarts once more', async () => {
  const before = t.host.restarts.length
  const wish = { addon_type: 'compute_instance', addon_variant: 'ci_small' }
  expect((await t.asOwner('PATCH', path, wish)).status).toBe(200)
  expect((await t.asOwner('GET', `/v1/projects/${ref}`)).body.status).toBe('RESIZING')
  expect((await t.asOwner('DELETE', `${path}/ci_small`)).status).toBe(200)
  expect(t.host.restarts.length).toBe(before + 2)
  expect(spec()).toMatchObject({ size: 'nano' })
  await settle()
})

test('says what a size gives, and whether this machine holds it to that', async () => {
  const micro = async () =>
    (await t.asOwner('GET', path)).body.available_addons[0].variants.find(
      ({ id }: { id: string }) => id === 'ci_micro',
    ).meta
  const given = { cpu_cores: 2, memory_gb: 1, connections_direct: 60, connections_pooler: 200 }
  t.host.whyNoLimits = 'this machine has no cgroup v2'
  expect(await micro()).toMatchObject({
    ...given,
    limits_enforced: false,
    limits_note: 'this machine has no cgroup v2',
  })
  t.host.whyNoLimits = undefined
  expect(await micro()).toMatchObject({ ...given, limits_enforced: true })
})

test('nothing costs anything', async () => {
  const { body } = await t.asOwner('GET', path)
  const prices = body.available_addons.flatMap(({ variants }: any) =>
    variants.map(({ price }: any) => price.amount),
  )
  expect(new Set(prices)).toEqual(new Set([0]))
})

const refused = [
  [{ addon_type: 'pitr', addon_variant: 'pitr_7' }, /pitr cannot be had: every project has/],
  [{ addon_type: 'compute_instance', addon_variant: 'ipv4_default' }, /no variant of compute_instance/],
  [{ addon_type: 'compute_instance', addon_variant: 'ci_nano' }, /no variant of compute_instance/],
  [{ addon_type: 'compute_instance', addon_variant: 'huge' }, /addon_variant: is not an add-on/],
  [{ addon_type: 'other', addon_variant: 'ci_small' }, /^addon_type/],
  [{ addon_variant: 'ci_small' }, /^addon_type/],
] as const
test.each(refused)('refuses %j', async (body, message) => {
  const reply = await t.asOwner('PATCH', path, body)
  expect([reply.status, reply.body.message]).toEqual([400, expect.stringMatching(message)])
})
