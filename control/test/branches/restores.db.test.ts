// Ways back in time beside runs: a merge, rebase or reset and a restore of a database it works with exclude each other.

import { afterAll, beforeEach, expect, test } from 'vitest'
import { backedUpAt } from '../stand-in-backups.ts'
import { testControl } from '../test-control.ts'
import { branchSteps } from './steps.ts'

const t = await testControl({ ownDatabases: true })
const { create, ended, history, migrate, sql } = branchSteps(t)
afterAll(() => t.close())

const second = Math.floor(Date.parse(backedUpAt) / 1000)
const restore = (of: string) =>
  t.asOwner('POST', `/v1/projects/${of}/database/backups/restore-pitr`, {
    recovery_time_target_unix: second + 60,
  })

let parent: string
let branch: { readonly id: string; readonly project_ref: string }
let ref: string
beforeEach(async () => {
  t.host.restored = 'awake'
  parent = await t.createProject()
  await migrate(parent, 'todos', 'create table public.todos (id int primary key)')
  branch = await create(parent)
  ref = branch.project_ref
})
const ask = (what: string) => t.asOwner('POST', `/v1/branches/${branch.id}/${what}`, {})

test('neither side of a merge is restored before it is over, and right after it each can be', async () => {
  // The merge goes on until production may go.
  await sql(ref, 'create table public.go (); insert into public.go default values')
  await sql(parent, 'create table public.go ()')
  await migrate(
    ref,
    'held',
    'do $$ begin while not exists (select from public.go) loop perform pg_sleep(0.02); end loop; end $$',
  )
  expect((await ask('merge')).status).toBe(201)
  for (const one of [parent, ref])
    expect(await restore(one)).toMatchObject({
      status: 409,
      body: { message: expect.stringContaining('A run (merge) works with this database') },
    })
  await sql(parent, 'insert into public.go default values')
  expect(await ended(ref)).not.toContain('DEAD')
  expect(await history(parent)).toEqual(['todos', 'held'])
  for (const one of [parent, ref]) expect((await restore(one)).status).toBe(201)
})

test.each([
  ['merge', 'parent'],
  ['push', 'branch'],
  ['reset', 'branch'],
])('of a %s and a restore of the %s at once, one is refused', async (what, whose) => {
  const target = whose === 'parent' ? parent : ref
  await migrate(ref, 'notes', 'create table public.notes (id int)')
  t.host.restored = undefined
  const [run, back] = await Promise.all([ask(what), restore(target)])
  expect([run.status, back.status].toSorted()).toEqual([201, 409])
  if (run.status === 201) expect(await ended(ref)).not.toContain('DEAD')
  else expect(run.body.message).toContain('The project is RESTORING')
})

test('while one side is restored nothing is exchanged; afterwards everything is', async () => {
  t.host.restored = undefined
  expect((await restore(ref)).status).toBe(201)
  for (const what of ['merge', 'push', 'reset'])
    expect(await ask(what)).toMatchObject({
      status: 409,
      body: { message: 'The project is RESTORING; it cannot exchange changes with a branch now.' },
    })
  t.host.report(ref, 'awake')
  await t.untilStatus(ref, 'ACTIVE_HEALTHY')
  expect((await ask('reset')).status).toBe(201)
  expect(await ended(ref)).not.toContain('DEAD')
})
