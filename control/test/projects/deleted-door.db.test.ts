// Deleted projects, as the operator on the machine sees them.

import { closeServer, makeServer } from '@plinth/http'
import { memoryObserve } from '@plinth/observe'
import { afterAll, expect, test } from 'vitest'
import { testControl } from '../test-control.ts'

const t = await testControl()
const app = makeServer({ observe: memoryObserve() })
await app.register(t.control.operator)
afterAll(async () => {
  await closeServer(app)
  await t.close()
})

const list = async () => (await app.inject({ method: 'GET', url: '/deleted' })).json()
const restore = (ref: string) => app.inject({ method: 'POST', url: `/deleted/${ref}/restore` })

test('one is listed and comes back as a new project with its database', async () => {
  const ref = await t.createProject()
  const { body: before } = await t.asOwner('GET', `/v1/projects/${ref}`)
  expect(await list()).toEqual([])
  expect((await restore(ref)).statusCode).toBe(404)
  expect((await t.asOwner('DELETE', `/v1/projects/${ref}`)).status).toBe(200)
  await expect
    .poll(list)
    .toEqual([
      { ref, name: before.name, organization: before.organization_slug, deleted_at: expect.any(String) },
    ])
  const restored = await restore(ref)
  expect(restored.statusCode).toBe(201)
  const made = restored.json()
  expect(made).toMatchObject({ name: before.name, database_password: expect.stringMatching(/^\w{20,}$/) })
  expect(made.ref).not.toBe(ref)
  await t.untilStatus(made.ref, 'ACTIVE_HEALTHY')
  expect(t.host.specs.findLast((spec) => spec.ref === made.ref)).toMatchObject({ source: { ref } })
})
