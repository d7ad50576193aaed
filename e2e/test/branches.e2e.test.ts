// Branches on a whole installation: a copy with rows while production goes on, a change that travels back, a merge that
// survives the death of the control plane, a reset, and what is left after deletion.

import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createClient } from '@supabase/supabase-js'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { copyInstallation } from '../src/copy.ts'
import type { Installation } from '../src/installation.ts'
import { createProject, type Manage, makeManage, type Project, query } from '../src/manage.ts'
import { processesOf } from '../src/processes.ts'
import { until } from '../src/until.ts'

let installation: Installation
let manage: Manage
let production: Project

beforeAll(async () => {
  // Nothing of what is deleted is kept for later.
  installation = await copyInstallation({ PLINTH_DELETED_HOURS: '0' })
  manage = makeManage(installation)
  production = await createProject(manage, 'production')
  await migrate(
    production.ref,
    'todos',
    `create table public.todos (id int primary key, title text);
    grant select on public.todos to anon; insert into public.todos select n, 'todo ' || n from generate_series(1, 500) n`,
  )
})
afterAll(async () => installation?.remove())

const migrate = async (ref: string, name: string, text: string): Promise<void> => {
  const reply = await manage('POST', `/v1/projects/${ref}/database/migrations`, { name, query: text })
  if (reply.status !== 200) throw new Error(`${name}: ${reply.status} ${JSON.stringify(reply.body)}`)
}
const names = async (ref: string) =>
  (await manage('GET', `/v1/projects/${ref}/database/migrations`)).body.map(
    ({ name }: { name: string }) => name,
  )

/** Of databases. */
const folders = async () =>
  (await readdir(join(installation.data, 'clusters'))).filter((name) => /^[a-z]{20}$/.test(name))

const create = async (body: object) => {
  const reply = await manage('POST', `/v1/projects/${production.ref}/branches`, body)
  expect(reply).toMatchObject({ status: 201, body: { status: 'CREATING_PROJECT' } })
  return reply.body as { readonly id: string; readonly project_ref: string }
}
const ended = (ref: string): Promise<string> =>
  until(
    'the run to end',
    async () => {
      const [run] = (await manage('GET', `/v1/projects/${ref}/actions`)).body
      const statuses = run.run_steps.map(({ status }: { status: string }) => status)
      const isOver = statuses.includes('DEAD') || statuses.every((status: string) => status === 'EXITED')
      if (!isOver) return false
      const logs = (await manage('GET', `/v1/projects/${ref}/actions/${run.id}/logs`)).body as string
      return statuses.includes('DEAD') ? `failed: ${logs}` : logs
    },
    90_000,
  )

let copy: { readonly id: string; readonly project_ref: string }

test('a branch with data is made while production serves and writes', async () => {
  const client = createClient(production.url, production.keys.secret)
  await until(
    'the table to be offered',
    async () => (await client.from('todos').select('id').limit(1)).error === null,
  )
  let isMaking = true
  let written = 500
  const writing = (async () => {
    while (isMaking) {
      const { error } = await client.from('todos').insert({ id: written + 1, title: 'meanwhile' })
      expect(error).toBeNull()
      written += 1
    }
  })()
  copy = await create({ branch_name: 'with rows', with_data: true })
  expect(await ended(copy.project_ref)).toContain('rows and all')
  isMaking = false
  await writing
  const [{ n }] = await query(manage, copy.project_ref, 'select count(*)::int as n from public.todos')
  expect(n).toBeGreaterThanOrEqual(500)
  expect(n).toBeLessThanOrEqual(written)
  expect(await query(manage, production.ref, 'select count(*)::int as n from public.todos')).toEqual([
    { n: written },
  ])
})

test('it has an address, keys and a password of its own', async () => {
  const { body: project } = await manage('GET', `/v1/projects/${copy.project_ref}`)
  const { body: keys } = await manage('GET', `/v1/projects/${copy.project_ref}/api-keys?reveal=true`)
  const url: string = project.endpoints.api_loopback
  const secret = keys.find(({ type }: { type: string }) => type === 'secret').api_key
  const { data } = await createClient(url, secret).from('todos').select('id').limit(1)
  expect(data).toHaveLength(1)
  const foreign = await createClient(url, production.keys.secret).from('todos').select('id').limit(1)
  expect(foreign.error).not.toBeNull()
  const { body: branch } = await manage('GET', `/v1/branches/${copy.id}`)
  const connect = async (password: string) => {
    const user = `postgres.${copy.project_ref}`
    const client = new pg.Client({
      host: '127.0.0.1',
      port: installation.dbPort,
      user,
      password,
      database: 'postgres',
    })
    await client.connect()
    const { rows } = await client.query('select 1 as one')
    await client.end()
    return rows
  }
  expect(await connect(branch.db_pass)).toEqual([{ one: 1 }])
  await expect(connect(production.password)).rejects.toThrow('password')
})

test('a change is compared, merged, and seen by production’s clients', async () => {
  await migrate(copy.project_ref, 'done', 'alter table public.todos add done boolean not null default false')
  const diff = await manage('GET', `/v1/branches/${copy.id}/diff`)
  expect([diff.status, diff.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8'])
  expect(diff.body).toMatch(/alter table .*todos.* add .*done/is)
  expect((await manage('POST', `/v1/branches/${copy.id}/merge`, {})).status).toBe(201)
  const logs = await ended(copy.project_ref)
  expect(logs).toMatch(/Migration \d{14} done was run/)
  const client = createClient(production.url, production.keys.secret)
  await until('the API to see the column', async () => {
    const { data } = await client.from('todos').select('id, done').eq('id', 1)
    return data?.[0]?.done === false
  })
  expect((await manage('GET', `/v1/branches/${copy.id}/diff`)).body).toBe('')
  const point = /Restore point (\S+):/.exec(logs)?.[1] ?? ''
  const path = `/v1/projects/${production.ref}/database/backups/restore-point?name=${point}`
  expect((await manage('GET', path)).status).toBe(200)
})

test('a merge survives kill -9 of the control plane in its middle', async () => {
  const slow = (n: number) => `select pg_sleep(0.4); create table public.step_${n} (id int)`
  for (let n = 1; n <= 6; n++) await migrate(copy.project_ref, `step_${n}`, slow(n))
  expect((await manage('POST', `/v1/branches/${copy.id}/merge`, {})).status).toBe(201)
  const tables = async () =>
    (
      await query(
        manage,
        production.ref,
        "select count(*)::int as n from pg_tables where tablename ~ '^step_'",
      )
    )[0].n
  await until('the merge to be in its middle', async () => (await tables()) >= 2)
  const [control] = processesOf(installation.data).filter(({ command }) =>
    command.includes('control-plane.mjs'),
  )
  process.kill(control?.pid ?? 0, 'SIGKILL')
  const logs = await ended(copy.project_ref)
  expect(logs).toContain('The control plane was restarted; the run goes on.')
  expect(logs).not.toContain('failed')
  expect(await tables()).toBe(6)
  const steps = Array.from({ length: 6 }, (_, n) => `step_${n + 1}`)
  expect(await names(production.ref)).toEqual(['todos', 'done', ...steps])
})

test('a branch without data is empty; a reset drops everything but what migrations make', async () => {
  const { project_ref: ref, id } = await create({ branch_name: 'empty' })
  expect(await ended(ref)).toContain('was run')
  expect(await query(manage, ref, 'select count(*)::int as n from public.step_1')).toEqual([{ n: 0 }])
  await query(manage, ref, 'create table public.by_hand (id int); insert into public.step_1 values (1)')
  expect((await manage('POST', `/v1/branches/${id}/reset`, {})).status).toBe(201)
  expect(await ended(ref)).toContain('A new database takes the place')
  expect(
    await query(
      manage,
      ref,
      "select count(*)::int as n, to_regclass('public.by_hand')::text as t from public.step_1",
    ),
  ).toEqual([{ n: 0, t: null }])
  // The seeds of production's migrations are rows of migrations and so are there again.
  expect(await query(manage, ref, 'select count(*)::int as n from public.todos')).toEqual([{ n: 500 }])
})

test('a branch with data of a parent without migrations is reset to a new copy, with its own migrations', async () => {
  const parent = await createProject(manage, 'by hand')
  await query(manage, parent.ref, 'create table public.notes (id int); insert into public.notes values (1)')
  const made = await manage('POST', `/v1/projects/${parent.ref}/branches`, {
    branch_name: 'copy',
    with_data: true,
  })
  const { id, project_ref: ref } = made.body
  expect(await ended(ref)).toContain('rows and all')
  await migrate(ref, 'more', 'alter table public.notes add more int')
  await query(manage, ref, 'delete from public.notes')
  await query(manage, parent.ref, 'insert into public.notes values (2)')
  expect((await manage('POST', `/v1/branches/${id}/reset`, {})).status).toBe(201)
  expect(await ended(ref)).toMatch(/A new copy of the parent takes the place[\s\S]*more was run/)
  const rows = await query(manage, ref, 'select id, more from public.notes order by id')
  expect(rows).toEqual([
    { id: 1, more: null },
    { id: 2, more: null },
  ])
  expect((await manage('DELETE', `/v1/projects/${parent.ref}`)).status).toBe(200)
  await until('both folders to go', async () => {
    const left = await folders()
    return !left.includes(parent.ref) && !left.includes(ref)
  })
})

test('a conflict stops a merge, changes nothing half, and is mended on the branch', async () => {
  const { project_ref: ref, id } = await create({ branch_name: 'conflict' })
  await ended(ref)
  await query(manage, production.ref, 'create table public.clash (id int)')
  await migrate(ref, 'clash', 'create table public.before_clash (id int); create table public.clash (id int)')
  await manage('POST', `/v1/branches/${id}/merge`, {})
  expect(await ended(ref)).toMatch(/failed: [\s\S]*Migration \d{14} clash failed and was rolled back/)
  const found = await query(manage, production.ref, "select to_regclass('public.before_clash')::text as t")
  expect(found).toEqual([{ t: null }])
  await query(manage, production.ref, 'drop table public.clash')
  await manage('POST', `/v1/branches/${id}/merge`, {})
  expect(await ended(ref)).not.toContain('failed: ')
  expect(await names(production.ref)).toContain('clash')
})

test('deletion leaves nothing of a branch on the disk, and production as it was', async () => {
  expect((await folders()).length).toBe(4)
  expect((await manage('DELETE', `/v1/projects/${production.ref}/branches`)).status).toBe(200)
  await until('the folders to go', async () => (await folders()).join() === production.ref, 60_000)
  expect((await manage('GET', `/v1/projects/${production.ref}/branches`)).status).toBe(422)
  const { data } = await createClient(production.url, production.keys.secret)
    .from('todos')
    .select('id')
    .limit(1)
  expect(data).toHaveLength(1)
})
