// What the host reports and what the owner wants: pausing, restoring, deleting, and a host that was away.

import { ProjectRef } from '@plinth/contracts'
import { sql } from '@plinth/postgres'
import { afterAll, expect, test, vi } from 'vitest'
import { reconcile } from '../../src/projects/follow-host.ts'
import { getSpec } from '../../src/projects/spec.ts'
import { connectSupervisor } from '../../src/supervisor/supervisor.ts'
import { testControl } from '../test-control.ts'

const t = await testControl()
afterAll(() => t.close())

const post = (ref: string, verb: string) => t.asOwner('POST', `/v1/projects/${ref}/${verb}`)
const lastSpec = (ref: string) => t.host.specs.findLast((spec) => spec.ref === ref)

test('sleeping stays healthy; breaking and coming back shows', async () => {
  const ref = await t.createProject()
  t.host.report(ref, 'asleep')
  t.host.report(ref, 'broken', { reason: 'No space left.' })
  await t.untilStatus(ref, 'ACTIVE_UNHEALTHY')
  expect((await t.asOwner('GET', `/v1/projects/${ref}`)).body.status_reason).toBe('No space left.')
  t.host.report(ref, 'asleep')
  await t.untilStatus(ref, 'ACTIVE_HEALTHY')
  const { body } = await t.asOwner('GET', `/v1/projects/${ref}`)
  expect(body.status_reason).toBeUndefined()
  expect(body.database.version).toBe('17.12')
})

test('pause and restore', async () => {
  const ref = await t.createProject()
  expect((await post(ref, 'pause')).status).toBe(200)
  await t.untilStatus(ref, 'INACTIVE')
  expect(lastSpec(ref)).toMatchObject({ desired: 'paused', version: 2 })
  expect(await post(ref, 'pause')).toMatchObject({
    status: 409,
    body: { message: 'The project is INACTIVE; it cannot pause now.' },
  })
  expect((await post(ref, 'restore')).status).toBe(200)
  await t.untilStatus(ref, 'ACTIVE_HEALTHY')
  expect(lastSpec(ref)).toMatchObject({ desired: 'available', version: 3 })
})

test('restart', async () => {
  const ref = await t.createProject()
  expect((await post(ref, 'restart')).status).toBe(200)
  expect(t.host.restarts).toContain(ref)
  expect((await t.asOwner('GET', `/v1/projects/${ref}`)).body.status).toBe('RESTARTING')
  t.host.report(ref, 'awake')
  await t.untilStatus(ref, 'ACTIVE_HEALTHY')
})

test('two deletions at once: one is done, the other is refused', async () => {
  const ref = await t.createProject()
  const both = await Promise.all([1, 2].map(() => t.asOwner('DELETE', `/v1/projects/${ref}`)))
  const statuses = both.map(({ status }) => status).toSorted()
  expect(statuses[0]).toBe(200)
  expect([400, 409]).toContain(statuses[1])
})

test('of a removed project no secret is kept', async () => {
  const ref = await t.createProject()
  await t.asOwner('DELETE', `/v1/projects/${ref}`)
  const left = () =>
    t.pool.one(sql`
      select (select count(*) from specs where ref = ${ref}) as specs,
             (select count(*) from api_keys where ref = ${ref}) as keys,
             (select status from projects where ref = ${ref}) as status`)
  await vi.waitFor(async () => expect(await left()).toEqual({ specs: 0, keys: 0, status: 'REMOVED' }), 3000)
})

test('many changes at once are all kept', async () => {
  const ref = await t.createProject()
  const names = ['a', 'b', 'c', 'd', 'e']
  const created = await Promise.all(
    names.map((name) => t.asOwner('POST', `/v1/projects/${ref}/api-keys`, { type: 'secret', name })),
  )
  expect(created.map(({ status }) => status)).toEqual(names.map(() => 201))
  const spec = await getSpec(t.pool, t.key, ref)
  expect(spec.version).toBe(1 + names.length)
  expect(spec.apiKeys.map(({ name }) => name)).toEqual(expect.arrayContaining(names))
})

test('a change while the host is away is sent when it is back', async () => {
  const ref = await t.createProject()
  t.host.isDown = true
  expect((await t.asOwner('PATCH', `/v1/projects/${ref}/postgrest`, { max_rows: 7 })).status).toBe(200)
  t.host.isDown = false
  await vi.waitFor(() => expect(lastSpec(ref)?.rest.maxRows).toBe(7), 3000)
})

test('at a new connection every older spec is sent again, and a lost deletion ends', async () => {
  const [stale, deleted] = [await t.createProject(), await t.createProject()]
  const supervisor = connectSupervisor(t.host.socketPath)
  const sent: string[] = []
  const applier = { apply: async (ref: string) => void sent.push(ref), close: () => undefined }
  // The host knows an older version of the one, and nothing any more of the other.
  t.host.report(stale, 'awake', { specVersion: 0 })
  t.host.isDown = true
  await t.asOwner('DELETE', `/v1/projects/${deleted}`)
  t.host.report(deleted, 'gone')
  try {
    await reconcile({ db: t.pool, supervisor, applier, observe: t.observe })
  } finally {
    t.host.isDown = false
    await supervisor.close()
  }
  expect(sent).toContain(stale)
  expect(sent).not.toContain(deleted)
  expect((await t.asOwner('GET', `/v1/projects/${deleted}`)).status).toBe(400)
})

test('reports of branches nobody knows change nothing', async () => {
  t.host.report(ProjectRef.parse('z'.repeat(20)), 'awake')
  const ref = await t.createProject()
  expect((await t.asOwner('GET', `/v1/projects/${ref}`)).status).toBe(200)
})
