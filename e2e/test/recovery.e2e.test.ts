// What happens when a process dies: every kill is followed by the question whether the platform serves again
// with all its data, without anybody's hand.

import { setTimeout as delay } from 'node:timers/promises'
import { createClient } from '@supabase/supabase-js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { copyInstallation } from '../src/copy.ts'
import type { Installation } from '../src/installation.ts'
import { createProject, type Manage, makeManage, type Project, query } from '../src/manage.ts'
import { type FoundProcess, processesOf } from '../src/processes.ts'
import { until } from '../src/until.ts'

let installation: Installation
let manage: Manage
let project: Project

beforeAll(async () => {
  installation = await copyInstallation()
  manage = makeManage(installation)
  project = await createProject(manage, 'survivor')
  await query(manage, project.ref, 'create table public.notes (id int primary key, text text not null)')
})

afterAll(async () => installation?.remove())

let next = 0
/** Rows whose writing was confirmed. */
const acknowledged: number[] = []

/** Writes a row and reads it back through the stack: the platform serves. */
const serves = async (): Promise<true> => {
  const notes = createClient(project.url, project.keys.secret).from('notes')
  const id = ++next
  const { error } = await notes.upsert({ id, text: 'still here' })
  if (error) throw new Error(error.message)
  acknowledged.push(id)
  const { data } = await notes.select().eq('id', id)
  expect(data).toHaveLength(1)
  return true
}

/** Writes row after row, whatever answers come, until the returned function is called. */
const keepServing = () => {
  let isOver = false
  const turns = async () => {
    while (!isOver) await serves().catch(() => delay(20))
  }
  const running = turns()
  return async () => {
    isOver = true
    await running
  }
}

const expectKept = async (): Promise<void> => {
  const read = () => query(manage, project.ref, 'select id from public.notes')
  const rows = await until('the rows', read)
  expect(rows.map(({ id }) => id)).toEqual(expect.arrayContaining(acknowledged))
}

/** Does it at a random moment, while rows are being written. */
const amid = async (act: () => Promise<unknown>): Promise<void> => {
  await until('the table to be served', serves)
  const stopServing = keepServing()
  try {
    await delay(Math.random() * 500)
    await act()
    await until('the project to serve again', serves)
  } finally {
    await stopServing()
  }
}

const manages = async () =>
  (await manage('GET', `/v1/projects/${project.ref}`)).body.status === 'ACTIVE_HEALTHY'

const find = (what: string, matches: (one: FoundProcess) => boolean): FoundProcess => {
  const found = processesOf(installation.data).find(matches)
  if (!found) throw new Error(`No process: ${what}`)
  return found
}

const victims: readonly (readonly [string, (one: FoundProcess) => boolean])[] = [
  ['edge', (one) => one.command.endsWith('edge.mjs')],
  ['control-plane', (one) => one.command.endsWith('control-plane.mjs')],
  ['supervisor', (one) => one.command.endsWith('supervisor.mjs')],
  [
    'postgres of the project',
    (one) => one.command.includes('bin/postgres') && one.command.includes(project.ref),
  ],
  ['control database', (one) => one.command.includes('bin/postgres') && one.command.includes('_system')],
]

test.each(victims)('kill -9 of one process is recovered from: %s', async (name, matches) => {
  await amid(async () => {
    const victim = find(name, matches)
    process.kill(victim.pid, 'SIGKILL')
    await until('its end', async () => !processesOf(installation.data).some((one) => one.pid === victim.pid))
  })
  await until('the Management API to answer again', manages)
  await until('a successor', async () => processesOf(installation.data).some(matches))
  await expectKept()
})

test('kill -9 of the stack is recovered from', async () => {
  await amid(async () => {
    const stacks = processesOf(installation.data).filter((one) => one.command.includes('stack.mjs'))
    for (const stack of stacks) process.kill(stack.pid, 'SIGKILL')
  })
  await expectKept()
})

test('the data plane serves while the control plane is down', async () => {
  await until('the Management API to answer', manages)
  const control = find('control-plane', (one) => one.command.endsWith('control-plane.mjs'))
  process.kill(control.pid, 'SIGSTOP')
  try {
    expect(await serves()).toBe(true)
    const user = await createClient(project.url, project.keys.publishable).auth.signUp({
      email: 'x@example.com',
      password: 'correct horse',
    })
    expect(user.error).toBeNull()
  } finally {
    process.kill(control.pid, 'SIGCONT')
  }
})

test('a second start over a running installation says so and changes nothing', async () => {
  const { spawnSync } = await import('node:child_process')
  const again = spawnSync(process.execPath, [installation.launcher.spawnargs[1] ?? '', 'up'], {
    env: {
      PATH: process.env['PATH'],
      PLINTH_DATA: installation.data,
      PLINTH_PORT: String(installation.port),
    },
    encoding: 'utf8',
  })
  expect(again.stdout).toContain('Plinth runs here already')
  expect(again.status).toBe(0)
  await until('the project to serve', serves)
})

test('a start after the launcher was killed takes over, and the branches never stop', async () => {
  await until('the project to serve', serves)
  const database = find(
    'postgres',
    (one) => one.command.includes('bin/postgres') && one.command.includes(project.ref),
  )
  installation.launcher.kill('SIGKILL')
  expect(await serves()).toBe(true)
  installation = await installation.start()
  await until('the project to serve again', serves)
  expect(find('postgres', (one) => one.pid === database.pid).pid).toBe(database.pid)
  await until('the Management API to answer again', manages)
})

test('a start after everything was killed at once finds every acknowledged row', async () => {
  await amid(async () => {
    await until('all to be gone', async () => {
      const left = processesOf(installation.data)
      for (const one of left) process.kill(one.pid, 'SIGKILL')
      return left.length === 0
    })
    installation = await installation.start()
  })
  await until('the Management API to answer again', manages)
  await expectKept()
})
