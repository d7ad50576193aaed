// The process as the launcher starts it: waits for what is not there yet, does the first run once, says how it
// is, and leaves when told.

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listenOnSocket, makeServer, streamLines, unixClient } from '@plinth/http'
import { memoryObserve } from '@plinth/observe'
import { raw } from '@plinth/postgres'
import { testDatabase } from '@plinth/testing'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'

const token = `sbp_${'a'.repeat(40)}`
const password = 'plinth_control'

const run = await mkdtemp(join(tmpdir(), 'plinth-'))
const database = await testDatabase()
const api = unixClient(join(run, 'control.sock'))
const admin = unixClient(join(run, 'control-admin.sock'))
const children: ChildProcess[] = []

const start = (env: Record<string, string> = {}) => {
  const child = spawn(
    process.execPath,
    ['--conditions=source', join(import.meta.dirname, '../src/main.ts')],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
        PLINTH_DATA: run,
        PLINTH_RUN: run,
        PLINTH_PORT: '8000',
        PLINTH_DB_PORT: '54320',
        PLINTH_DOMAIN: 'localhost',
        PLINTH_PROJECT_PORTS: '43000-43099',
        PLINTH_INSTALLATION_KEY_FILE: join(run, 'installation.key'),
        PLINTH_SECRETS_FILE: join(run, 'secrets.json'),
        PLINTH_ACCESS_TOKEN: token,
        ...env,
      },
    },
  )
  const output: string[] = []
  child.stdout.on('data', (chunk) => output.push(String(chunk)))
  child.stderr.on('data', (chunk) => output.push(String(chunk)))
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  children.push(child)
  return { child, output, exited }
}

const health = async () => (await api.request('GET', '/health').catch(() => ({ status: 0 }))).status
const untilHealth = (status: number) =>
  vi.waitFor(async () => expect(await health()).toBe(status), { interval: 50 })

const startSupervisor = async () => {
  const app = makeServer({ observe: memoryObserve() })
  app.get('/health', async () => ({ status: 'ok' }))
  app.get('/branches', async () => [])
  app.get('/events', (_request, reply) => void streamLines(reply))
  await listenOnSocket(app, join(run, 'supervisor.sock'))
  return app
}

beforeAll(async () => {
  await writeFile(join(run, 'installation.key'), 'ab'.repeat(32))
  await writeFile(join(run, 'secrets.json'), JSON.stringify({ controlDatabasePassword: password }))
  await database.admin.run(raw(`create role plinth_control login password '${password}'`))
  await database.admin.run(raw('create database plinth owner plinth_control'))
})

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  await Promise.all([api.close(), admin.close()])
  await database.admin.run(raw('drop database plinth with (force)'))
  await database.admin.run(raw('drop role plinth_control'))
  await database.drop()
  await rm(run, { recursive: true, force: true })
})

test('names every setting that is missing and ends', async () => {
  const { output, exited } = start({ PLINTH_PORT: '', PLINTH_DOMAIN: '' })
  expect(await exited).toBe(1)
  expect(output.join('')).toMatch(/PLINTH_PORT is missing[\s\S]*PLINTH_DOMAIN is missing/)
})

test('leaves at once when told so while it waits for the database', async () => {
  const { child, output, exited } = start()
  await vi.waitFor(() => expect(output.join('')).toContain('control_database.waiting'), 10_000)
  child.kill('SIGTERM')
  expect(await exited).toBe(0)
})

test('from the first start to the last', async () => {
  const first = start()
  // The control database comes up while the process already waits for it.
  await symlink(database.socketDir, join(run, '_system'))
  await untilHealth(503)
  const supervisor = await startSupervisor()
  await untilHealth(200)
  for (const socket of ['control.sock', 'control-admin.sock']) {
    expect((await stat(join(run, socket))).mode & 0o777).toBe(0o600)
  }

  const answers = await Promise.all([1, 2].map(() => admin.request('POST', '/first-run')))
  expect(answers[0]).toMatchObject({
    status: 200,
    body: {
      accessToken: token,
      owner: { email: 'owner@localhost', username: 'owner' },
      organization: { slug: expect.stringMatching(/^[a-z]{20}$/), name: 'My organization' },
    },
  })
  expect(answers[1]).toEqual(answers[0])
  const headers = { authorization: `Bearer ${token}` }
  const organizations = await api.request('GET', '/v1/organizations', undefined, { headers })
  expect(organizations).toMatchObject({ status: 200, body: [{ name: 'My organization' }] })

  await supervisor.close()
  await untilHealth(503)
  expect((await api.request('GET', '/v1/profile', undefined, { headers })).status).toBe(200)

  first.child.kill('SIGTERM')
  expect(await first.exited).toBe(0)
  expect(await health()).toBe(0)

  const second = start()
  await untilHealth(503)
  expect((await api.request('GET', '/v1/profile', undefined, { headers })).status).toBe(200)
  second.child.kill('SIGKILL')
  await second.exited

  // A socket left behind by a killed process is no obstacle.
  const third = start()
  await untilHealth(503)
  third.child.kill('SIGTERM')
  expect(await third.exited).toBe(0)
})
