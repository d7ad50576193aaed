// Backups, restore points and the ways back.

import { afterAll, expect, test } from 'vitest'
import { backedUpAt } from '../stand-in-backups.ts'
import { testControl } from '../test-control.ts'

const t = await testControl()
const ref = await t.createProject()
const path = `/v1/projects/${ref}/database/backups`
const second = Math.floor(Date.parse(backedUpAt) / 1000)
afterAll(() => t.close())

test('the list names every backup by a number, the window that can be restored, and how the last restore went', async () => {
  expect(await t.asOwner('GET', path)).toMatchObject({
    status: 200,
    body: {
      region: 'eu-west-1',
      pitr_enabled: true,
      backups: [
        {
          id: second,
          is_physical_backup: true,
          status: 'COMPLETED',
          inserted_at: backedUpAt,
          verified: { at: backedUpAt, is_good: true },
        },
      ],
      physical_backup_data: { earliest_physical_backup_date_unix: second + 1 },
      restore: {
        status: 'ROLLED_BACK',
        started_at: backedUpAt,
        ended_at: backedUpAt,
        progress: { bytes: 1, total: 2 },
        reason: 'The backup is damaged.',
      },
    },
  })
})

test('a restore point is made, found as the newest and by its name, and made only once', async () => {
  const made = await t.asOwner('POST', `${path}/restore-point`, { name: 'before' })
  expect(made).toMatchObject({ status: 201, body: { name: 'before', status: 'AVAILABLE' } })
  expect((await t.asOwner('GET', `${path}/restore-point`)).body).toEqual(made.body)
  expect((await t.asOwner('GET', `${path}/restore-point?name=before`)).body).toEqual(made.body)
  expect(await t.asOwner('POST', `${path}/restore-point`, { name: 'before' })).toMatchObject({
    status: 409,
    body: { message: 'There is a restore point "before" already.' },
  })
})

test.each([
  ['undo', { name: 'before' }],
  ['restore-pitr', { recovery_time_target_unix: second + 60 }],
  ['restore', { id: second }],
])('%s is answered at once; the project is RESTORING until it serves again', async (way, body) => {
  expect(await t.asOwner('POST', `${path}/${way}`, body)).toMatchObject({ status: 201, body: '' })
  await t.untilStatus(ref, 'ACTIVE_HEALTHY')
})

test.each([
  ['undo', { name: 'never' }, 404],
  ['undo', { name: 'x'.repeat(21) }, 400],
  ['restore-pitr', { recovery_time_target_unix: 1 }, 404],
  ['restore-pitr', { recovery_time_target_unix: 'yesterday' }, 400],
  ['restore', { id: 7 }, 404],
])('%s to what is not there is refused, and changes nothing: %j', async (way, body, status) => {
  expect((await t.asOwner('POST', `${path}/${way}`, body)).status).toBe(status)
  expect((await t.asOwner('GET', `/v1/projects/${ref}`)).body.status).toBe('ACTIVE_HEALTHY')
})

test('it is RESTORING until it serves; of a restore that changed nothing the reason is told until the next one', async () => {
  t.host.restored = undefined
  const read = async () => (await t.asOwner('GET', `/v1/projects/${ref}`)).body
  for (const notRestored of ['The backup is damaged.', undefined]) {
    expect((await t.asOwner('POST', `${path}/restore`, { id: second })).status).toBe(201)
    t.host.report(ref, 'asleep', { leaving: true, notRestored })
    t.host.report(ref, 'waking', { notRestored })
    const other = await t.createProject()
    t.host.report(other, 'broken')
    // Reports are taken one after the other: those before this one are, too.
    await t.untilStatus(other, 'ACTIVE_UNHEALTHY')
    expect((await read()).status).toBe('RESTORING')
    t.host.report(ref, 'awake', { notRestored })
    await t.untilStatus(ref, 'ACTIVE_HEALTHY')
    expect((await read()).status_reason).toBe(
      notRestored && `The restore failed and changed nothing: ${notRestored}`,
    )
  }
})
