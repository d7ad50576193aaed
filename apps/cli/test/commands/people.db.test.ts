// `plinth user` and `plinth token` as programs, against the door of a control plane.

import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { peopleDoor } from '@plinth/control'
import { migrations } from '@plinth/control/migrations'
import { closeServer, listenOnSocket, makeServer } from '@plinth/http'
import { memoryObserve } from '@plinth/observe'
import { migrate, openPool, sql } from '@plinth/postgres'
import { testDatabase } from '@plinth/testing'
import { afterAll, expect, test } from 'vitest'

const data = await mkdtemp(join(tmpdir(), 'p-'))
const database = await testDatabase()
const pool = openPool({ ...database, size: 2, applicationName: 'test' })
await migrate(pool, [{ owner: 'control', role: database.user, migrations }])
const app = makeServer({ observe: memoryObserve() })
await app.register(peopleDoor(pool))
await mkdir(join(data, 'run'))
await listenOnSocket(app, join(data, 'run/control-admin.sock'), 0o600)
afterAll(async () => {
  await closeServer(app)
  await pool.close()
  await database.drop()
  await rm(data, { recursive: true })
})

const plinth = async (args: readonly string[], { input = '', folder = data } = {}) => {
  const main = join(import.meta.dirname, '../../src/main.ts')
  const child = spawn(process.execPath, ['--conditions=source', main, ...args], {
    env: { PLINTH_DATA: folder },
  })
  child.stdin.end(input)
  const [out, err, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise((resolve) => child.once('exit', resolve)),
  ])
  return { out, err, code }
}

const hashOf = async (email: string) =>
  (await pool.one<{ password_hash: string }>(sql`select password_hash from accounts where email = ${email}`))
    .password_hash

test('a person from beginning to end', async () => {
  const added = await plinth(['user', 'add', 'ann@example.com', '--name', 'Ann'])
  expect(added).toMatchObject({ code: 0, out: expect.stringMatching(/Password {3}\w{32} {3}\(shown once\)/) })
  const listed = await plinth(['user', 'list'])
  expect(listed.out).toMatch(/ann@example\.com +Ann +yes +[a-z]{20} \(Ann's organization\) +owner/)

  const before = await hashOf('ann@example.com')
  const set = await plinth(['user', 'password', 'ann@example.com', '--password-stdin'], {
    input: 'a long password\n',
  })
  expect(set).toEqual({ code: 0, out: 'E-mail     ann@example.com\n', err: '' })
  expect(await hashOf('ann@example.com')).not.toBe(before)

  const expires = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10)
  const made = await plinth([
    'token',
    'add',
    'ann@example.com',
    '--scope',
    'projects_read,database_read',
    '--expires',
    '30d',
  ])
  expect(made.out).toMatch(/^Token {6}sbp_fc[0-9a-f]{38} /)
  const tokens = await plinth(['token', 'list', 'ann@example.com'])
  expect(tokens.out).toMatch(new RegExp(`plinth +sbp_fc.*2 permissions +${expires} +never`))
  const id = /Id {9}(\S+)/.exec(made.out)?.[1] ?? ''
  expect((await plinth(['token', 'revoke', 'ann@example.com', id])).out).toBe('Revoked.\n')
  expect((await plinth(['token', 'revoke', 'ann@example.com', id])).code).toBe(1)
  const classic = await plinth(['token', 'add', 'ann@example.com'])
  expect(classic.out).toMatch(/^Token {6}sbp_[0-9a-f]{40} .*\n.*\nExpires {4}never/)

  expect((await plinth(['user', 'remove', 'ann@example.com'])).out).toBe('Removed ann@example.com.\n')
  expect(await pool.query(sql`select 1 from accounts`)).toEqual([])
  expect(await pool.query(sql`select 1 from organizations`)).toEqual([])
})

test.each([
  ['nothing', ['user'], 2, /plinth user add <email>/],
  ['help', ['token', '--help'], 0, /--read-only +every permission that reads/],
])('%s prints how it is used', async (_name, args, code, shape) => {
  expect(await plinth(args)).toMatchObject({ code, out: expect.stringMatching(shape) })
})

test('a limit without an end', async () => {
  await plinth(['user', 'add', 'bob@example.com'])
  const reply = await plinth(['token', 'add', 'bob@example.com', '--read-only'])
  expect(reply).toMatchObject({ code: 1, err: expect.stringContaining('must expire') })
})

test.each([
  ['an unknown command', ['user', 'rename', 'x'], /There is no command "user rename"/],
  ['a word too few', ['user', 'add'], /plinth user add <email>/],
  ['an unknown option', ['user', 'add', 'x@example.com', '--nope'], /--nope/],
  ['no address', ['user', 'add', 'nobody'], /email/],
  [
    'an unknown person',
    ['user', 'password', 'nobody@example.com'],
    /There is no account nobody@example\.com/,
  ],
  ['an unknown role', ['user', 'add', 'x@example.com', '--role', 'king'], /role/],
  ['a strange end', ['token', 'add', 'ann@example.com', '--expires', 'soon'], /--expires/],
])('%s is said in one line', async (_name, args, shape) => {
  const reply = await plinth(args)
  expect(reply).toMatchObject({ code: 1, err: expect.stringMatching(shape) })
  expect(reply.err).not.toMatch(/\n +at /)
})

test('a short password is refused', async () => {
  const reply = await plinth(['user', 'add', 'c@example.com', '--password-stdin'], { input: 'short\n' })
  expect(reply).toMatchObject({ code: 1, err: expect.stringContaining('at least 10 characters') })
})

test('without an installation', async () => {
  const reply = await plinth(['user', 'list'], { folder: join(data, 'nothing') })
  expect(reply).toMatchObject({
    code: 1,
    err: expect.stringMatching(/No installation answers at .*control-admin\.sock/),
  })
})
