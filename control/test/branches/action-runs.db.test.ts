// Runs of branches: counted, listed, read, and told to an address.

import { sql as statement } from '@plinth/postgres'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { testControl } from '../test-control.ts'
import { branchSteps } from './steps.ts'

const calls: { readonly url: string; readonly headers: Record<string, string>; readonly body: string }[] = []
let answers: readonly number[] = []
const t = await testControl({
  ownDatabases: true,
  outbound: async ({ url, headers = {}, body = '' }) => {
    calls.push({ url, headers, body })
    const [status = 200, ...rest] = answers
    answers = rest
    return { status, text: '' }
  },
})
const { create, ended, runs, logs, move } = branchSteps(t)
afterAll(() => t.close())

let branch: { readonly id: string; readonly project_ref: string }
let ref: string
beforeAll(async () => {
  branch = await create(await t.createProject())
  ref = branch.project_ref
})

test('are counted, listed and read; one that ended can be corrected', async () => {
  const path = `/v1/projects/${ref}/actions`
  const count = await t.asOwner('HEAD', path)
  expect([count.status, count.headers['x-total-count'], count.body]).toEqual([200, '1', ''])
  const [run] = await runs(ref)
  expect(run).toMatchObject({ branch_id: branch.id, workdir: null, check_run_id: null })
  expect((await t.asOwner('GET', `${path}/${run.id}`)).body).toEqual(run)
  expect(await logs(ref, run.id)).toContain('clone: Making a database.')
  expect((await t.asOwner('GET', `${path}/nothing`)).status).toBe(404)
  const other = await t.createProject()
  expect((await t.asOwner('GET', `/v1/projects/${other}/actions/${run.id}`)).status).toBe(404)
  expect((await t.asOwner('GET', `${path}?limit=1`)).status).toBe(400)
  expect((await t.asOwner('GET', `${path}?limit=10&offset=1`)).body).toEqual([])
  const edit = { seed: 'DEAD', deploy: 'PAUSED' }
  expect((await t.asOwner('PATCH', `${path}/${run.id}/status`, edit)).body).toEqual({ message: 'ok' })
  const steps = (await runs(ref))[0].run_steps.map(({ status }: { status: string }) => status)
  expect(steps.slice(-2)).toEqual(['DEAD', 'PAUSED'])
  expect((await t.asOwner('PATCH', `${path}/${run.id}/status`, { seed: 'LOST' })).status).toBe(400)
})

test('are told to who wants to be told, signed, until it is heard', async () => {
  const url = 'https://hooks.test/done'
  await t.asOwner('PATCH', `/v1/branches/${branch.id}`, { notify_url: url })
  answers = [503]
  const run = await move(branch.id, 'merge')
  await vi.waitFor(() => expect(calls.length).toBe(1))
  await ended(ref)
  // As if the pause between two attempts were over.
  await vi.waitFor(
    async () => {
      await t.pool.run(statement`update action_runs set notice_at = now() where notice = 'due'`)
      expect(calls.length).toBe(2)
    },
    { timeout: 20_000 },
  )
  const [first, second] = calls
  const body = JSON.parse(second?.body ?? '')
  expect(body).toMatchObject({
    type: 'run.completed',
    data: { project_ref: ref, action_run: { id: run, steps: expect.any(Array) } },
  })
  expect(body.data.action_run.steps[0]).toMatchObject({ name: 'clone', status: 'exited' })
  expect([first?.url, first?.headers['webhook-id']]).toEqual([url, run])
  const { notify_secret } = (await t.asOwner('GET', `/v1/branches/${branch.id}`)).body
  expect(new Webhook(notify_secret).verify(second?.body ?? '', { ...second?.headers })).toEqual(body)
})
