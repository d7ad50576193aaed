// Back in time through the Management API: to a named point, and to a second.

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createClient } from '@supabase/supabase-js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { copyInstallation } from '../src/copy.ts'
import type { Installation } from '../src/installation.ts'
import { createProject, type Manage, makeManage, type Project, query } from '../src/manage.ts'
import { until } from '../src/until.ts'

let installation: Installation
let manage: Manage
let project: Project

beforeAll(async () => {
  installation = await copyInstallation()
  manage = makeManage(installation)
  project = await createProject(manage, 'careful')
  await query(
    manage,
    project.ref,
    'create table public.notes (id int primary key); insert into public.notes values (1), (2)',
  )
})

afterAll(async () => installation?.remove())

const backups = () => `/v1/projects/${project.ref}/database/backups`
const status = async () => (await manage('GET', `/v1/projects/${project.ref}`)).body.status
const ids = async () =>
  (await query(manage, project.ref, 'select id from public.notes order by id')).map(({ id }) => id)

const plinth = async (...args: readonly string[]) => {
  const env = { PATH: process.env['PATH'], PLINTH_DATA: installation.data }
  const cli = join(import.meta.dirname, '../../dist/cli.mjs')
  return (await promisify(execFile)(process.execPath, [cli, ...args], { env })).stdout
}

/** Right after the call the project is RESTORING; then it serves again, with the keys it had. */
const restored = async (call: Promise<{ status: number }>): Promise<void> => {
  expect((await call).status).toBe(201)
  expect(await status()).toBe('RESTORING')
  await until('the project to be healthy again', async () => (await status()) === 'ACTIVE_HEALTHY', 60_000)
}

test('undo brings back what was there when the point was made', async () => {
  const made = await manage('POST', `${backups()}/restore-point`, { name: 'two notes' })
  expect(made).toMatchObject({ status: 201, body: { name: 'two notes', status: 'AVAILABLE' } })
  await query(manage, project.ref, 'drop table public.notes; create table public.regrets (id int)')

  await restored(manage('POST', `${backups()}/undo`, { name: 'two notes' }))
  expect(await ids()).toEqual([1, 2])
  const seen = await until('the API to see it', async () => {
    const { data } = await createClient(project.url, project.keys.secret)
      .from('notes')
      .select('id')
      .order('id')
    return data ?? undefined
  })
  expect(seen).toEqual([{ id: 1 }, { id: 2 }])
  expect(await query(manage, project.ref, "select to_regclass('public.regrets')::text as found")).toEqual([
    { found: null },
  ])
})

test('a second in the past is brought back to the row', async () => {
  await query(manage, project.ref, 'insert into public.notes values (3)')
  const [{ second }] = await query(
    manage,
    project.ref,
    'select ceil(extract(epoch from clock_timestamp()))::int + 1 as second',
  )
  await until('that second to pass', async () => Date.now() > second * 1000 + 50)
  await query(manage, project.ref, 'delete from public.notes')
  await restored(manage('POST', `${backups()}/restore-pitr`, { recovery_time_target_unix: second }))
  expect(await ids()).toEqual([1, 2, 3])
})

test('a backup is made by hand, and listed with what came of trying it', async () => {
  expect(await plinth('backup')).toContain(`${project.ref}: done`)
  const listed = await plinth('backup', 'list')
  expect(listed).toMatch(new RegExp(`^${project.ref} +\\w+-\\w+ .*not yet$`, 'm'))
  await expect(plinth('backup', 'lost')).rejects.toThrow(/takes `list` or nothing/)
})

test('a project that was deleted by mistake comes back with its rows, as a new one', async () => {
  const before = await ids()
  expect((await manage('DELETE', `/v1/projects/${project.ref}`)).status).toBe(200)
  await until('the project to be kept', async () => (await plinth('deleted', 'list')).includes(project.ref))
  const [, ref = ''] = /Reference +(\w+)/.exec(await plinth('deleted', 'restore', project.ref)) ?? []
  await until('its successor to be healthy', async () => {
    return (await manage('GET', `/v1/projects/${ref}`)).body.status === 'ACTIVE_HEALTHY'
  })
  expect(await query(manage, ref, 'select id from public.notes order by id')).toEqual(
    before.map((id) => ({ id })),
  )
})
