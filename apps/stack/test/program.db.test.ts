// The stack process as the supervisor sees it: a spare, an assignment, newer specs, the end.

import { once } from 'node:events'
import { chmodSync, chownSync, existsSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { sql } from '@plinth/postgres'
import { type TestDatabase, testDatabase } from '@plinth/testing'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { makeSpec, publishable, type StackProcess, secretKey, startSpare } from './a-stack.ts'

let db: TestDatabase
let stack: StackProcess

beforeAll(async () => {
  db = await testDatabase({ template: 'project' })
  await db.admin.run(sql`create table public.items (id int primary key, title text)`)
  await db.admin.run(sql`insert into public.items values (1, 'one')`)
  await db.admin.run(sql`grant select on public.items to anon, service_role`)
  await db.admin.run(sql`create function public.nap(seconds float8) returns text language sql
    as $$ select 'awake' from pg_sleep(seconds) $$`)
})
afterAll(() => db.drop())
beforeEach(async () => {
  stack = await startSpare(db.socketDir, db.database)
})
afterEach(() => stack.end())

const assign = (client = stack.spare, changes: Parameters<typeof makeSpec>[0] = {}) =>
  client.request('PUT', '/spec', { spec: makeSpec(changes), place: stack.place })

const anon = { headers: { apikey: publishable } }
const items = '/rest/v1/items?select=id,title'

test('a spare is well and serves nobody', async () => {
  expect(await stack.spare.request('GET', '/health')).toEqual({
    status: 200,
    body: { pid: stack.child.pid, ready: false },
  })
})

test('serves its branch when the assignment is answered', async () => {
  expect(await assign()).toEqual({ status: 200, body: { ready: true } })
  expect(await stack.http.request('GET', items, undefined, anon)).toEqual({
    status: 200,
    body: [{ id: 1, title: 'one' }],
  })
  expect(await stack.admin.request('GET', '/health')).toEqual({
    status: 200,
    body: { ref: 'abcdefghijklmnopqrst', specVersion: 1, pid: stack.child.pid, ready: true },
  })
  expect(statSync(stack.place.httpSocket).mode & 0o777).toBe(0o600)
  // The spare's own socket goes away by itself.
  await expect.poll(() => existsSync(stack.place.httpSocket.replace('http', 'spare-1'))).toBe(false)
})

test('signs users up and lets them in', async () => {
  await assign()
  const body = { email: 'ada@example.org', password: 'a long password' }
  const signedUp = await stack.http.request('POST', '/auth/v1/signup', body, anon)
  expect(signedUp).toMatchObject({ status: 200, body: { token_type: 'bearer' } })
  const { access_token: token } = signedUp.body as { access_token: string }
  const headers = { apikey: publishable, authorization: `Bearer ${token}` }
  expect(await stack.http.request('GET', '/auth/v1/user', undefined, { headers })).toMatchObject({
    status: 200,
    body: { email: 'ada@example.org', role: 'authenticated' },
  })
  const refused = { ...headers, authorization: `Bearer ${token}x` }
  expect(await stack.http.request('GET', '/auth/v1/user', undefined, { headers: refused })).toMatchObject({
    status: 403,
    body: { error_code: 'bad_jwt' },
  })
  expect(await stack.http.request('GET', items, undefined, { headers: refused })).toMatchObject({
    status: 401,
    body: { code: 'PGRST301' },
  })
})

test('two assignments at once are served like one', async () => {
  const answers = await Promise.all([assign(), assign(stack.spare, { version: 2 }), assign()])
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  expect((await stack.admin.request('GET', '/health')).body).toMatchObject({ specVersion: 2 })
})

test('an older or equal version changes nothing', async () => {
  await assign(stack.spare, { version: 5 })
  expect(await assign(stack.admin, { version: 4, apiKeys: [] })).toMatchObject({ status: 200 })
  expect((await stack.http.request('GET', items, undefined, anon)).status).toBe(200)
  expect((await stack.admin.request('GET', '/health')).body).toMatchObject({ specVersion: 5 })
})

test('a newer version counts at once: a key that is gone opens nothing', async () => {
  await assign()
  await assign(stack.admin, { version: 2, apiKeys: [] })
  expect(await stack.http.request('GET', items, undefined, anon)).toMatchObject({
    status: 401,
    body: { message: 'Invalid API key' },
  })
})

test('no request fails while specs change, and long ones end where they began', async () => {
  await assign()
  let isDone = false
  const statuses = new Map<number, number>()
  const walk = async () => {
    while (!isDone) {
      const { status } = await stack.http.request('GET', items, undefined, anon)
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }
  }
  const walking = Array.from({ length: 6 }, walk)
  const nap = stack.http.request('GET', '/rest/v1/rpc/nap?seconds=1', undefined, anon)
  for (let version = 2; version <= 8; version++) {
    // Every other spec logs in through connections of its own.
    const rest = version % 2 === 0 ? { poolSize: version } : {}
    expect((await assign(stack.admin, { version, rest })).status).toBe(200)
  }
  isDone = true
  await Promise.all(walking)
  expect([...statuses.keys()]).toEqual([200])
  expect(await nap).toEqual({ status: 200, body: 'awake' })
})

test('old values let go of their connections', async () => {
  await assign()
  for (let version = 2; version <= 4; version++)
    await assign(stack.admin, { version, rest: { poolSize: version } })
  const connections = sql`select count(*)::int as count from pg_stat_activity where datname = ${db.database}
    and usename = 'authenticator' and application_name in ('plinth catalogue', 'plinth listen')`
  await stack.http.request('GET', items, undefined, anon)
  await expect.poll(async () => (await db.admin.one<{ count: number }>(connections)).count).toBe(2)
})

test('idle connections of the request line end where the owner says after how long', async () => {
  await assign(stack.spare, { rest: { poolLimits: { maxIdletime: 1 } } })
  const connections = sql`select count(*)::int as count from pg_stat_activity where datname = ${db.database}
    and usename = 'authenticator' and application_name = 'plinth rest'`
  const count = async () => (await db.admin.one<{ count: number }>(connections)).count
  await stack.http.request('GET', items, undefined, anon)
  expect(await count()).toBeGreaterThan(0)
  await expect.poll(count).toBe(0)
})

test.each([
  ['no spec', (place: object) => ({ place }), 400, 'bad_assignment'],
  ['a spec with holes', (place: object) => ({ spec: { ref: 'x' }, place }), 400, 'bad_assignment'],
  ['no JSON object', () => 'text', 400, 'bad_assignment'],
])('refuses %s and stays a spare', async (_, bodyOf, status, code) => {
  expect(await stack.spare.request('PUT', '/spec', bodyOf(stack.place))).toMatchObject({
    status,
    body: { code },
  })
  expect((await assign()).status).toBe(200)
})

test('refuses the spec of another branch', async () => {
  await assign()
  const other = { ...makeSpec({ version: 2 }), ref: 'zzzzzzzzzzzzzzzzzzzz' }
  expect(await stack.admin.request('PUT', '/spec', { spec: other, place: stack.place })).toMatchObject({
    status: 409,
    body: { code: 'wrong_branch' },
  })
})

test('SIGTERM: what is under way is answered, then it ends well', async () => {
  await assign()
  const nap = stack.http.request('GET', '/rest/v1/rpc/nap?seconds=0.5', undefined, anon)
  const running = sql`select count(*)::int as count from pg_stat_activity where query like '%nap%'
    and state = 'active' and datname = ${db.database} and usename = 'authenticator'`
  await expect.poll(async () => (await db.admin.one<{ count: number }>(running)).count).toBe(1)
  const exited = once(stack.child, 'exit')
  stack.child.kill('SIGTERM')
  expect(await nap).toEqual({ status: 200, body: 'awake' })
  expect(await exited).toEqual([0, null])
})

test('SIGTERM ends the wait for a database that does not come', async () => {
  const place = { ...stack.place, postgresSocketDir: '/nowhere' }
  const assigned = stack.spare.request('PUT', '/spec', { spec: makeSpec(), place })
  await expect.poll(() => existsSync(place.adminSocket)).toBe(true)
  const exited = once(stack.child, 'exit')
  stack.child.kill('SIGTERM')
  await expect(assigned).resolves.toMatchObject({ status: 503, body: { code: 'database_not_ready' } })
  expect(await exited).toEqual([0, null])
})

test('a spare ends well too', async () => {
  const exited = once(stack.child, 'exit')
  stack.child.kill('SIGTERM')
  expect(await exited).toEqual([0, null])
})

test('writes one line per request, with its branch, and no secret', async () => {
  await assign()
  await stack.http.request('GET', items, undefined, { headers: { apikey: secretKey } })
  await expect.poll(() => stack.lines().filter(({ event }) => event === 'request.finished').length).toBe(1)
  expect(stack.lines().find(({ event }) => event === 'request.finished')).toMatchObject({
    process: 'stack',
    ref: 'abcdefghijklmnopqrst',
    route: 'rest',
    status: 200,
    role: 'service_role',
  })
  expect(JSON.stringify(stack.lines())).not.toMatch(/sb_secret|eyJ|thirty-two letters/)
})

const nobody = 65_534

test.skipIf(process.getuid?.() !== 0)('as root it becomes the user of its branch, for good', async () => {
  const folder = dirname(stack.place.httpSocket)
  chmodSync(folder, 0o700)
  chownSync(folder, nobody, nobody)
  const place = { ...stack.place, uid: nobody, gid: nobody }
  expect(await stack.spare.request('PUT', '/spec', { spec: makeSpec(), place })).toMatchObject({
    status: 200,
  })
  const status = readFileSync(`/proc/${stack.child.pid}/status`, 'utf8')
  expect(status).toMatch(/^Uid:\t65534\t65534\t65534\t65534$/m)
  expect(status).toMatch(/^Gid:\t65534\t65534\t65534\t65534$/m)
  expect(status).toMatch(/^Groups:\s*(65534)?\s*$/m)
  expect(statSync(stack.place.httpSocket).uid).toBe(nobody)
  expect((await stack.http.request('GET', items, undefined, anon)).status).toBe(200)
})

test('waits for a database that is still starting', async () => {
  // Postgres that is not there yet looks like a socket that is not there yet.
  const later = join(dirname(stack.place.httpSocket), 'pg')
  const assigned = stack.spare.request('PUT', '/spec', {
    spec: makeSpec(),
    place: { ...stack.place, postgresSocketDir: later },
  })
  await expect.poll(() => existsSync(stack.place.httpSocket)).toBe(true)
  const early = stack.http.request('GET', items, undefined, anon)
  symlinkSync(db.socketDir, later)
  expect(await assigned).toEqual({ status: 200, body: { ready: true } })
  expect((await early).status).toBe(200)
  // Nobody was bothered with failed attempts.
  expect(stack.lines().filter(({ level }) => level === 'warn' || level === 'error')).toEqual([])
})
