// What the standalone server writes: requests as Apache's lines, everything else behind the time, and statements when
// asked for. https://docs.postgrest.org/en/v14/references/observability.html#logging

import { ident, raw } from '@plinth/postgres'
import { type TestDatabase, testDatabase } from '@plinth/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Server, startServer } from './a-server.ts'
import { as, list, secret } from './switches.ts'

let db: TestDatabase
let login: string

beforeAll(async () => {
  db = await testDatabase({ template: 'project' })
  login = `log_${db.database}`
  await db.admin.session((session) =>
    session.script(`
      create table public.parents (id int primary key);
      create table public.items (id int primary key, parent_id int references public.parents);
      grant select on public.items, public.parents to anon, service_role;
      create function public.break() returns void language plpgsql as
        $$ begin raise 'broken' using errcode = '58030'; end $$;
      create role ${ident(login).text} login noinherit password 'secret';
      grant anon, service_role to ${ident(login).text};`),
  )
})
afterAll(async () => {
  await db.admin.run(raw(`drop owned by ${ident(login).text}`))
  await db.admin.run(raw(`drop role ${ident(login).text}`))
  await db.drop()
})

const withServer = async (changes: Record<string, string>, use: (server: Server) => Promise<void>) => {
  const server = await startServer({
    PGRST_DB_URI: `postgresql://${login}:secret@/${db.database}?host=${db.socketDir}`,
    PGRST_DB_ANON_ROLE: 'anon',
    PGRST_JWT_SECRET: secret,
    TZ: 'Asia/Kolkata',
    ...changes,
  })
  try {
    await use(server)
  } finally {
    await server.end()
  }
}

const time = String.raw`\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0530`
const agent = { 'user-agent': 'a "client"' }

/** Asks for something that goes well, something wrong and something broken. */
const askThree = async ({ ask }: Server): Promise<void> => {
  await ask(list, as('service_role'))
  await ask('/none?a=eq."b"', { headers: agent })
  await ask('/rpc/break', { method: 'POST' })
}

const statuses = (output: string): readonly string[] =>
  [...output.matchAll(/HTTP\/1\.1" (\d+) /g)].map(([, status = '']) => status)

describe('requests', () => {
  it.each([
    ['crit', []],
    ['error', ['500']],
    ['warn', ['404', '500']],
    ['info', ['200', '404', '500']],
  ])('at %s', (level, expected) =>
    withServer({ PGRST_LOG_LEVEL: level }, async (server) => {
      await askThree(server)
      server.child.kill('SIGTERM')
      // Once it has ended everything is written.
      await expect.poll(() => server.child.exitCode).toBe(0)
      const written = statuses(server.output())
      expect(written).toEqual(expect.arrayContaining(expected))
      expect(['200', '404', '500'].filter((status) => written.includes(status))).toEqual(expected)
    }),
  )

  it('as Apache has them, with the role, and nothing a client could break the line with', () =>
    withServer({ PGRST_LOG_LEVEL: 'info' }, async (server) => {
      await askThree(server)
      await expect.poll(server.output).toMatch(/"POST \/rpc\/break/)
      expect(server.output()).toMatch(
        new RegExp(String.raw`^- - service_role \[${time}\] "GET /items\S* HTTP/1\.1" 200 2 "" ""$`, 'm'),
      )
      expect(server.output()).toMatch(
        new RegExp(
          String.raw`^- - anon \[${time}\] "GET /none\?a=eq\.\\x22b\\x22 HTTP/1\.1" 404 \d+ "" "a \\x22client\\x22"$`,
          'm',
        ),
      )
    }))
})

it('tells how it starts, what it reads, what broke and why it ends', () =>
  withServer({}, async (server) => {
    await askThree(server)
    await db.admin.run(raw(`alter role ${ident(login).text} set pgrst.db_max_rows = '1'`))
    await db.admin.run(raw(`notify pgrst, 'reload config'`))
    await expect.poll(server.output).toMatch(/Config reloaded$/m)
    server.child.kill('SIGTERM')
    await expect.poll(() => server.child.exitCode).toBe(0)
    for (const line of [
      /Starting PostgREST \S+ \(plinth \S+\)\.\.\.$/,
      /Admin server listening on \S+admin$/,
      /API server listening on \S+api$/,
      /Listener connected to the database on "\S+:5432" and listening for database notifications on the "pgrst" channel$/,
      /Schema cache queried in [\d.]+ milliseconds$/,
      /Schema cache loaded \d+ Relations, \d+ Functions$/,
      /Received a config reload message on the "pgrst" channel$/,
      /\{"code":"58030","details":null,"hint":null,"message":"broken"\}$/,
      /Received termination unix signal SIGTERM$/,
    ])
      expect(server.output()).toMatch(new RegExp(`^${time}: ${line.source}`, 'm'))
  }))

it('at debug, who asks for a connection', () =>
  withServer({ PGRST_LOG_LEVEL: 'debug' }, async (server) => {
    await askThree(server)
    await expect
      .poll(server.output)
      .toMatch(/: Trying to borrow a connection from pool[\s\S]*: Borrowed a connection from the pool$/m)
  }))

it('names that have an alias are told with the request', () =>
  withServer({}, async (server) => {
    await server.ask('/items?select=id,parent:parents(id)&parents.id=eq.1')
    await expect.poll(server.output).toMatch(/: WARNING: Embedded resource was referenced by relation name/)
    expect(server.output()).toMatch(
      /: Update filters, orders or limits that use `parents` to `parent` in `GET \/items\?select=id,parent:parents\(id\)&parents\.id=eq\.1`$/m,
    )
  }))

it('readings may be made slow, and are ready only then', () =>
  withServer({ PGRST_INTERNAL_SCHEMA_CACHE_QUERY_SLEEP: '700' }, async ({ output, admin }) => {
    await expect.poll(async () => (await admin('/ready')).status, { timeout: 20_000 }).toBe(200)
    const [, ms] = /Schema cache queried in ([\d.]+) milliseconds/.exec(output()) ?? []
    expect(Number(ms)).toBeGreaterThanOrEqual(700)
  }))

describe('log-query', () => {
  it('shows the statements of requests that the level shows, without values', () =>
    withServer({ PGRST_LOG_QUERY: 'true', PGRST_LOG_LEVEL: 'error' }, async (server) => {
      await server.ask('/items?id=eq.4711')
      await server.ask('/rpc/break', { method: 'POST' })
      await expect.poll(server.output).toMatch(/: WITH pgrst_source AS .*"break"\(/)
      expect(server.output()).toMatch(/: select set_config\(.*set_config\('role', \$\d, true\), /)
      expect(server.output()).not.toContain('"public"."items"')
    }))

  it('shows all at info', () =>
    withServer({ PGRST_LOG_QUERY: 'true', PGRST_LOG_LEVEL: 'info' }, async (server) => {
      await server.ask('/items?id=eq.4711')
      await expect.poll(server.output).toMatch(/: WITH pgrst_source AS .*FROM "public"."items"/)
      expect(server.output()).not.toMatch(/WITH.*4711/)
    }))
})

it('a schema that is not there is told, and nothing is served', () =>
  withServer({ PGRST_DB_SCHEMAS: 'public, absent' }, async ({ ask, admin, output }) => {
    expect(await admin('/ready')).toMatchObject({ status: 503 })
    expect(await ask('/items')).toMatchObject({ status: 503, body: { code: 'PGRST002' } })
    await expect
      .poll(output)
      .toMatch(
        /Failed to load the schema cache using db-schemas=public,absent and .*"message":"schema \\"absent\\" does not exist"/,
      )
    await db.admin.run(raw('create schema absent'))
    await db.admin.run(raw('notify pgrst'))
    await expect.poll(async () => (await ask('/items')).status).toBe(200)
    await db.admin.run(raw('drop schema absent'))
  }))
