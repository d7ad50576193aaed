import { readdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { raw, type Statement, sql } from '@plinth/postgres'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { passwordOf, refOf, specOf } from './fixtures.ts'
import { Installation, patience } from './installation.ts'

const isRoot = process.getuid?.() === 0
const [one, two] = [refOf(1), refOf(2)]
let here: Installation
beforeAll(async () => {
  here = new Installation(await Installation.model())
  await here.start()
})
afterAll(() => here.remove())

const control = { user: 'plinth_control', password: 'control-secret', database: 'plinth' }

const login = async (ref: string, user: string, password: string): Promise<string> =>
  (
    await here.login(ref, { user, password, database: 'postgres' }, (pool) =>
      pool.one<{ who: string }>(sql`select session_user as who`),
    )
  ).who

const query = (ref: string, statement: Statement): Promise<readonly unknown[]> =>
  here.login(
    ref,
    { user: 'supabase_admin', password: passwordOf('supabase_admin'), database: 'postgres' },
    (pool) => pool.query(statement),
  )

describe('a supervisor', () => {
  it('provisions a branch that serves, with its passwords set', async () => {
    const spec = specOf(one)
    const put = await here.put(spec)
    expect([put.status, put.body]).toMatchObject([202, { ref: one, status: 'provisioning', specVersion: 1 }])
    const woken = await here.wake(one)
    expect(woken).toEqual({
      status: 200,
      body: {
        ref: one,
        httpSocket: join(here.run, one, 'http.sock'),
        postgresSocketDir: join(here.run, one),
      },
    })
    for (const [role, password] of Object.entries(spec.database.passwords)) {
      if (role === 'plinth_sql') continue
      expect(await login(one, role, password)).toBe(role)
    }
    await expect(login(one, 'postgres', 'wrong')).rejects.toMatchObject({ sqlstate: '28P01' })
  })

  it.runIf(isRoot)('gives each branch a user of its own and closes its folders', async () => {
    await here.put(specOf(two))
    await here.wake(two)
    const uids = await Promise.all([one, two].map(async (ref) => (await here.ask(ref)).uid))
    expect(new Set([...uids, 0]).size).toBe(3)
    for (const [at, ref] of [one, two].entries()) {
      expect(here.servers(ref)).toMatchObject([{ uid: uids[at] }])
      for (const folder of [join(here.run, ref), join(here.data, 'clusters', ref, 'data')]) {
        const { mode, uid } = statSync(folder)
        expect([mode & 0o777, uid]).toEqual([0o700, uids[at]])
      }
    }
  })

  it('lets no database pass for another', async () => {
    const identifierOf = (ref: string) =>
      query(ref, sql`select system_identifier::text as id from pg_control_system()`)
    expect(await identifierOf(one)).not.toEqual(await identifierOf(two))
  })

  it('streams reports and routes: everything once, then every change', async () => {
    const leaving = new AbortController()
    const [events, routes]: [unknown[], unknown[]] = [[], []]
    const { signal } = leaving
    const follows = [
      here.client.follow('/events', { onLine: (line) => events.push(line), signal }),
      here.client.follow('/routes', { onLine: (line) => routes.push(line), signal }),
    ]
    await vi.waitFor(() => expect(routes.at(-1)).toEqual({ ready: true }), patience)
    const address = { httpSocket: join(here.run, one, 'http.sock'), postgresSocketDir: join(here.run, one) }
    const clients = { direct: 60, pooled: 200 }
    expect(routes).toContainEqual({ ref: one, status: 'awake', loopbackPort: 28_001, clients, ...address })
    expect(events).toContainEqual(await here.report(one))
    await here.request('POST', `/branches/${one}/sleep`)
    const asleep = { ref: one, status: 'asleep' }
    await vi.waitFor(() => expect([routes.at(-1), events.at(-1)]).toMatchObject([asleep, asleep]), patience)
    await here.wake(one)
    const path = (lines: unknown[]) => lines.slice(-4).map((line) => (line as { status: string }).status)
    await vi.waitFor(() => expect(path(events)).toEqual(['stopping', 'asleep', 'waking', 'awake']), patience)
    expect(path(routes)).toEqual(path(events))
    expect(JSON.stringify([events, routes])).not.toContain('secret')
    leaving.abort()
    await Promise.all(follows)
  })

  it('answers a newer spec with a change of passwords and settings, an older one with nothing', async () => {
    const before = await here.ask(one)
    const newer = specOf(one, 5)
    newer.database.passwords.postgres = 'another-secret'
    expect((await here.put(newer)).body).toMatchObject({ specVersion: 5 })
    expect((await here.put(specOf(one, 4))).body).toMatchObject({ specVersion: 5 })
    await vi.waitFor(async () => expect(await here.ask(one)).toEqual({ ...before, version: 5 }), patience)
    expect(await login(one, 'postgres', 'another-secret')).toBe('postgres')
    await expect(login(one, 'postgres', 'postgres-secret-of-a-test')).rejects.toMatchObject({
      sqlstate: '28P01',
    })
  })

  it('puts a branch to sleep and wakes it once for all who call, with its data', async () => {
    await query(two, sql`create table kept as select 7 as n`)
    const tuned = specOf(two, 2)
    tuned.database.settings = { work_mem: '7MB', track_commit_timestamp: 'on' }
    await here.put(tuned)
    await here.request('POST', `/branches/${two}/sleep`)
    await here.until(two, 'asleep')
    expect(here.servers(two)).toEqual([])
    const answers = await Promise.all([here.wake(two), here.wake(two), here.wake(two)])
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(here.servers(two)).toHaveLength(1)
    expect(await query(two, sql`select n from kept`)).toEqual([{ n: 7 }])
    // Settings of the owner hold from the next start.
    expect(await query(two, sql`show work_mem`)).toEqual([{ work_mem: '7MB' }])
    expect(await query(two, sql`show track_commit_timestamp`)).toEqual([{ track_commit_timestamp: 'on' }])
  })

  it('heals a branch whose Postgres is killed, and nothing that was committed is lost', async () => {
    await query(one, sql`create table kept as select 8 as n`)
    const [server] = here.servers(one)
    const stack = await here.ask(one)
    process.kill(server?.pid ?? 0, 'SIGKILL')
    await vi.waitFor(
      async () => expect(here.servers(one).map(({ pid }) => pid)).not.toContain(server?.pid),
      patience,
    )
    expect(await here.wake(one)).toMatchObject({ status: 200 })
    expect(await query(one, sql`select n from kept`)).toEqual([{ n: 8 }])
    expect((await here.ask(one)).pid).toBe(stack.pid)
  })

  it('heals a branch whose stack is killed, with the spec it had', async () => {
    const stack = await here.ask(one)
    const [server] = here.servers(one)
    process.kill(stack.pid, 'SIGKILL')
    await vi.waitFor(
      async () => expect(await here.ask(one)).toMatchObject({ version: stack.version }),
      patience,
    )
    expect((await here.ask(one)).pid).not.toBe(stack.pid)
    expect(here.servers(one)).toEqual([server])
  })

  it('restarts a branch when asked', async () => {
    const stack = await here.ask(one)
    expect((await here.restart(one)).status).toBe(202)
    expect((await here.wake(one)).status).toBe(200)
    expect((await here.ask(one)).pid).not.toBe(stack.pid)
  })

  it('logs in again after a restart, whatever the owner made of its roles', async () => {
    await here.serves(one)
    const run = (user: string, database: string, text: string) =>
      here.login(one, { user, password: passwordOf(user), database }, (pool) =>
        pool.session((session) => session.script(text)),
      )
    await run('postgres', 'postgres', 'create database other')
    await run(
      'plinth_sql',
      'postgres',
      "set role none; alter role plinth_sql password 'x'; alter role plinth_sql set role = anon",
    )
    await run(
      'postgres',
      'other',
      `alter role authenticator password 'x' nologin valid until '2000-01-01' connection limit 0;
      alter database postgres with allow_connections false connection limit 0;
      set role supabase_auth_admin; alter role supabase_auth_admin password 'x'; reset role;
      alter role postgres password 'the owner''s own'`,
    )
    await here.restart(one)
    await here.serves(one)
    for (const role of ['authenticator', 'supabase_auth_admin', 'plinth_sql'])
      expect(await login(one, role, passwordOf(role))).toBe(role)
    expect(await login(one, 'postgres', "the owner's own")).toBe('postgres')
    const acting = await here.login(
      one,
      { user: 'plinth_sql', password: passwordOf('plinth_sql'), database: 'postgres' },
      (pool) => pool.one(sql`select current_user::text as who`),
    )
    expect(acting).toEqual({ who: 'postgres' })
    await query(one, sql`drop database other`)
    await query(one, sql`alter role postgres password ${raw(`'${passwordOf('postgres')}'`)}`)
  })

  it('logs in again after a restart when its role was dropped', async () => {
    await here.asOwner(one, (pool) => pool.run(sql`drop role authenticator`))
    await here.restart(one)
    await here.serves(one)
    expect(await login(one, 'authenticator', passwordOf('authenticator'))).toBe('authenticator')
    await here.asOwner(one, (pool) => pool.run(sql`alter role authenticator set pgrst.db_max_rows = 5`))
    const acting = await here.login(
      one,
      { user: 'authenticator', password: passwordOf('authenticator'), database: 'postgres' },
      (pool) =>
        pool.session(async (session) => {
          await session.script('set role service_role')
          return session.one(
            sql`select current_user::text as who, current_setting('lock_timeout') as patience`,
          )
        }),
    )
    expect(acting).toEqual({ who: 'service_role', patience: '8s' })
  })

  it('gives up on a branch that cannot start, says why, and takes it back when it can', async () => {
    const hidden = join(here.data, 'clusters', two, 'data/global/pg_control')
    await here.request('POST', `/branches/${two}/sleep`)
    await here.until(two, 'asleep')
    renameSync(hidden, `${hidden}.hidden`)
    expect(await here.wake(two)).toMatchObject({ status: 503, body: { code: 'branch_broken' } })
    expect(await here.report(two)).toMatchObject({
      status: 'broken',
      reason: expect.stringContaining('pg_control'),
    })
    expect(here.servers(two)).toEqual([])
    expect((await here.wake(one)).status).toBe(200)
    renameSync(`${hidden}.hidden`, hidden)
    await here.restart(two)
    await here.until(two, 'awake')
  })

  it('pauses a branch and restores it', async () => {
    await here.put(specOf(two, 4, { desired: 'paused' }))
    await here.until(two, 'paused')
    expect(here.servers(two)).toEqual([])
    expect(await here.wake(two)).toMatchObject({ status: 409, body: { code: 'branch_paused' } })
    await here.put(specOf(two, 5))
    await here.until(two, 'awake')
  })

  it('removes a branch with all that was its own', async () => {
    const { uid } = await here.ask(two)
    await here.put(specOf(two, 9, { desired: 'removed' }))
    await vi.waitFor(
      async () => expect(await here.request('GET', `/branches/${two}`)).toMatchObject({ status: 404 }),
      patience,
    )
    expect(here.servers(two)).toEqual([])
    if (isRoot) expect(here.processes().map((one) => one.uid)).not.toContain(uid)
    const places = ['data/clusters', 'data/specs', 'data/logs', 'run'].map((name) => join(here.folder, name))
    for (const place of places) expect(readdirSync(place).join()).not.toContain(two)
    expect((await here.wake(two)).status).toBe(404)
  })

  it('keeps the control database up', async () => {
    const health = await here.request('GET', '/health')
    expect(health).toMatchObject({
      status: 200,
      body: {
        status: 'ok',
        postgres: { version: expect.stringMatching(/^\d+\.\d+/) },
        system: { postgresSocketDir: join(here.run, '_system'), user: 'plinth_control', database: 'plinth' },
      },
    })
    const ask = () => here.login('_system', control, (pool) => pool.one<{ n: number }>(sql`select 1 as n`))
    expect(await ask()).toEqual({ n: 1 })
    process.kill(here.servers('_system')[0]?.pid ?? 0, 'SIGKILL')
    await vi.waitFor(async () => expect(await ask()).toEqual({ n: 1 }), patience)
  })

  it('keeps every secret out of its log, its command lines and the files that are not sealed', () => {
    const text = [here.log, ...here.processes().map(({ command }) => command)].join('\n')
    expect(text).not.toMatch(/secret/i)
    const open = readdirSync(here.data, { recursive: true, encoding: 'utf8' })
      .filter((name) => !name.startsWith('clusters/') || !name.includes('/data/'))
      .map((name) => join(here.data, name))
      .filter((file) => statSync(file).isFile() && statSync(file).size < 1e6)
    const telling = open.filter((file) => /secret-of-a-test/.test(readFileSync(file, 'latin1')))
    expect(telling).toEqual([])
  })

  it.each([
    ['PUT', '/branches/short', {}, 400, 'bad_request'],
    ['PUT', `/branches/${one}`, { ref: one }, 400, 'bad_request'],
    ['PUT', `/branches/${refOf(50)}`, specOf(one, 99), 400, 'ref_mismatch'],
    ['GET', `/branches/${refOf(50)}`, undefined, 404, 'branch_not_found'],
    ['GET', '/branches/..%2f..%2fetc', undefined, 400, 'bad_request'],
    ['POST', `/branches/${refOf(50)}/wake`, undefined, 404, 'branch_not_found'],
    ['POST', `/branches/${refOf(50)}/sleep`, undefined, 404, 'branch_not_found'],
    ['GET', '/nothing', undefined, 404, 'route_not_found'],
  ] as const)('answers %s %s', async (method, path, body, ...expected) => {
    const [status, code] = expected
    const answer = await here.request(method, path, body)
    expect(answer).toMatchObject({ status, body: { code, message: expect.any(String) } })
    expect(JSON.stringify(answer.body)).not.toContain('secret-of-a-test')
  })
})
