// A project that nobody uses goes to zero processes; the next byte at any entrance wakes it.

import { request } from 'node:http'
import { connect } from 'node:net'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { copyInstallation } from '../src/copy.ts'
import type { Installation } from '../src/installation.ts'
import { createProject, type Manage, makeManage, type Project, query } from '../src/manage.ts'
import { processesOf } from '../src/processes.ts'
import { until } from '../src/until.ts'

const idleSeconds = 1

let installation: Installation
let manage: Manage
let project: Project

beforeAll(async () => {
  installation = await copyInstallation({ PLINTH_IDLE_SECONDS: String(idleSeconds) })
  manage = makeManage(installation)
  project = await createProject(manage, 'sleeper')
  await query(
    manage,
    project.ref,
    'create table public.notes (id int); insert into notes values (7); grant select on notes to anon',
  )
})
afterAll(async () => installation?.remove())

/** Processes of the project: its Postgres and whatever holds its sockets. */
const processes = () => {
  const all = processesOf(installation.data)
  const servers = all.filter(({ command }) => command.includes(`clusters/${project.ref}/`))
  const stacks = all.filter(({ command }) => command.includes('stack.mjs'))
  return { servers: servers.length, stacks: stacks.length }
}

/** Spares are stacks too, and two of them always wait. */
const spares = 2
const isAsleep = async () => processes().servers === 0 && processes().stacks === spares
const asleep = () => until('the project to sleep', isAsleep, (idleSeconds + 15) * 1000)
// A backend looks like a server of its own for a moment after the fork.
const isAwake = () => processes().servers > 0

const read = async (): Promise<unknown> => {
  const reply = await fetch(`${project.url}/rest/v1/notes`, { headers: { apikey: project.keys.anon } })
  return { status: reply.status, body: await reply.json() }
}
const seven = { status: 200, body: [{ id: 7 }] }

const openPsql = async () => {
  const client = new pg.Client({
    host: '127.0.0.1',
    port: installation.dbPort,
    user: `postgres.${project.ref}`,
    password: project.password,
    database: 'postgres',
  })
  await client.connect()
  return client
}

const sleeping = async (ms: number): Promise<boolean> => {
  const end = performance.now() + ms
  while (performance.now() < end) {
    if (!isAwake()) return true
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return false
}

test('without traffic it goes to zero processes and is still ACTIVE_HEALTHY', async () => {
  await asleep()
  expect((await manage('GET', `/v1/projects/${project.ref}`)).body.status).toBe('ACTIVE_HEALTHY')
  const health = await manage('GET', `/v1/projects/${project.ref}/health?services=auth,rest`)
  expect(health.body).toMatchObject([{ healthy: true }, { healthy: true }])
  expect(processes()).toEqual({ servers: 0, stacks: spares })
})

test.each<[string, () => Promise<unknown>, unknown]>([
  ['an HTTP request', read, seven],
  ['twenty requests at once', () => Promise.all(Array.from({ length: 20 }, read)), Array(20).fill(seven)],
  [
    'a database client',
    async () => {
      const client = await openPsql()
      const { rows } = await client.query('select id from notes')
      await client.end()
      return rows
    },
    [{ id: 7 }],
  ],
  ['SQL of the Management API', () => query(manage, project.ref, 'select id from notes'), [{ id: 7 }]],
])('is woken by %s', async (_what, act, expected) => {
  await asleep()
  expect(await act()).toEqual(expected)
})

test('stays awake while a database client is connected, and while a request is under way', async () => {
  const client = await openPsql()
  expect(await sleeping((idleSeconds + 2) * 1000)).toBe(false)
  await client.end()

  const { hostname, port } = new URL(project.url)
  const half = connect(Number(port), hostname)
  half.write(
    `POST /rest/v1/notes HTTP/1.1\r\nhost: x\r\napikey: ${project.keys.anon}\r\ncontent-length: 99\r\n\r\n[`,
  )
  expect(await sleeping((idleSeconds + 2) * 1000)).toBe(false)
  half.destroy()
  await asleep()
})

test('stays awake while SQL of the Management API runs longer than it may idle', async () => {
  expect(await query(manage, project.ref, `select pg_sleep(${idleSeconds + 3}), 1 as one`)).toMatchObject([
    { one: 1 },
  ])
})

test('loses no request, whenever it comes', async () => {
  // Pauses around the time of falling asleep, so that some meet a project that is just being stopped.
  for (const extra of [0, 950, 1000, 1020, 1050, 1100]) {
    expect(await read()).toEqual(seven)
    await new Promise((resolve) => setTimeout(resolve, idleSeconds * 1000 + extra))
    const post = new Promise((resolve, reject) => {
      const sent = request(`${project.url}/rest/v1/notes?select=id`, {
        method: 'POST',
        headers: {
          apikey: project.keys.service,
          'content-type': 'application/json',
          prefer: 'return=minimal',
        },
      })
      sent.on('response', (reply) => resolve(reply.resume().statusCode)).on('error', reject)
      sent.end('[]')
    })
    expect([await post, await read()]).toEqual([201, seven])
  }
})
