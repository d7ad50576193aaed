// The standalone server as an operator meets it: switches, sources of settings, signals, the admin server.
// https://docs.postgrest.org/en/v14/references/configuration.html and …/admin_server.html

import { once } from 'node:events'
import { rmSync, statSync } from 'node:fs'
import { ident, raw } from '@plinth/postgres'
import { type TestDatabase, testDatabase } from '@plinth/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Server, startServer } from './a-server.ts'
import { as, list, secret, switches, token } from './switches.ts'

let db: TestDatabase
/** A login role of this file's own: role settings hold in every database of the server. */
let login: string

const schema = `
  create table public.items (id int primary key);
  insert into public.items values (1), (2), (3);
  create table public.secrets (id int);
  create schema other;
  create table other.things (id int);
  create function public.setting(name text) returns text language sql stable as $$ select current_setting(name, true) $$;
  create function public.nap(seconds float8) returns text language sql as $$ select 'awake' from pg_sleep(seconds) $$;
  create function public.hold() returns void language sql as $$ select pg_advisory_xact_lock(42) $$;
  create function public.refuse() returns void language plpgsql as $$ begin raise 'not today'; end $$;
  create function public.hello() returns text language sql stable as $$ select 'hello' $$;
  create function public.configure() returns void language plpgsql as $$ begin
    perform set_config('pgrst.db_max_rows', '2', true), set_config('pgrst.db_anon_role', 'service_role', true);
  end $$;
  grant usage on schema public, other to anon, service_role, authenticated;
  grant all on public.items, other.things to anon, service_role;
  revoke all on public.secrets from anon;
  grant all on public.secrets to service_role;`

beforeAll(async () => {
  db = await testDatabase({ template: 'project' })
  login = `rest_${db.database}`
  await db.admin.session(async (session) => {
    await session.script(schema)
    await session.script(`create role ${ident(login).text} login noinherit password 'p@ss word'`)
    await session.script(`grant anon, authenticated, service_role to ${ident(login).text}`)
  })
})
afterAll(async () => {
  await db.admin.run(raw(`drop owned by ${ident(login).text}`))
  await db.admin.run(raw(`drop role ${ident(login).text}`))
  await db.drop()
})

/** Other tests share the machine. */
const soon = <T>(read: () => T) => expect.poll(read)

const script = (text: string) => db.admin.run(raw(text))
const alter = (rest: string) => script(`alter role ${ident(login).text} ${rest}`)

const environment = (changes: Record<string, string> = {}) => ({
  PGRST_DB_URI: `postgresql://${login}:p%40ss%20word@/${db.database}?host=${db.socketDir}`,
  PGRST_DB_ANON_ROLE: 'anon',
  PGRST_JWT_SECRET: secret,
  ...changes,
})

const withServer = async (
  changes: Record<string, string>,
  use: (server: Server) => Promise<void>,
  config?: string,
) => {
  const server = await startServer(environment(changes), config)
  try {
    await use(server)
  } finally {
    await server.end()
  }
}

describe('switches', () => {
  it.each(switches)('%s', (_name, changes, cases) =>
    withServer(changes, async (server) => {
      for (const [path, ask, expected] of cases)
        expect(await server.ask(path, ask), path).toMatchObject(expected)
    }),
  )

  it.each([
    ['commit', 'rollback', true],
    ['commit-allow-override', 'rollback', false],
    ['rollback', 'commit', false],
    ['rollback-allow-override', 'commit', true],
  ])('db-tx-end=%s, asked for %s: stays %s', (txEnd, wish, stays) =>
    withServer({ PGRST_DB_TX_END: txEnd }, async ({ ask }) => {
      const headers = { prefer: `tx=${wish}`, 'content-type': 'application/json' }
      expect(await ask('/items', { method: 'POST', headers, body: { id: 9 } })).toMatchObject({ status: 201 })
      expect((await ask('/items?id=eq.9')).body).toEqual(stays ? [{ id: 9 }] : [])
      await script('delete from public.items where id = 9')
    }),
  )
})

const naps = raw(`select from pg_stat_activity where query like '%nap%' and wait_event = 'PgSleep'`)
const untilNapping = () => soon(() => db.admin.query(naps)).toHaveLength(1)

it('a request waits for a connection as long as told', () =>
  withServer({ PGRST_DB_POOL: '1', PGRST_DB_POOL_ACQUISITION_TIMEOUT: '1' }, async ({ ask, admin }) => {
    const slow = await db.admin.session(async (session) => {
      await session.script('select pg_advisory_lock(42)')
      const held = ask('/rpc/hold', { method: 'POST', ...as('service_role') })
      const waiting = raw(
        `select from pg_stat_activity where wait_event = 'advisory' and datname = current_database()`,
      )
      await soon(() => db.admin.query(waiting)).toHaveLength(1)
      // Some may travel behind it on the only connection; the others find no place.
      const others = Array.from({ length: 20 }, () => ask(list))
      expect(await Promise.race(others)).toMatchObject({ status: 504, body: { code: 'PGRST003' } })
      await session.script('select pg_advisory_unlock(42)')
      await Promise.all(others)
      return held
    })
    expect(slow.status).toBe(204)
    expect((await admin('/metrics')).text).toMatch(/^pgrst_db_pool_timeouts_total [1-9]/m)
  }))

describe('settings in the database', () => {
  it('go before variables, and the ones of this database before those of the role', async () => {
    await alter(`set pgrst.db_max_rows = '1'`)
    await alter(`in database ${ident(db.database).text} set pgrst.db_aggregates_enabled = 'true'`)
    await withServer({ PGRST_DB_MAX_ROWS: '2' }, async ({ ask }) => {
      expect((await ask(list)).body).toEqual([{ id: 1 }])
      expect((await ask('/items?select=id.sum()')).body).toEqual([{ sum: 6 }])
      await alter(`in database ${ident(db.database).text} set pgrst.db_max_rows = '3'`)
      await script(`notify pgrst, 'reload config'`)
      await soon(async () => (await ask(list)).body).toHaveLength(3)
    })
    await alter('reset all')
    await alter(`in database ${ident(db.database).text} reset all`)
  })

  it('can be made by a function, which the role goes before', async () => {
    await alter(`set pgrst.db_anon_role = 'anon'`)
    await withServer({ PGRST_DB_PRE_CONFIG: 'public.configure' }, async ({ ask }) => {
      expect((await ask(list)).body).toHaveLength(2)
      expect(await ask('/secrets')).toMatchObject({ status: 401 })
      await alter('reset all')
      await script(`notify pgrst, 'reload config'`)
      await soon(async () => (await ask('/secrets')).status).toBe(200)
    })
  })

  it('can be switched off', async () => {
    await alter(`set pgrst.db_max_rows = '1'`)
    await withServer({ PGRST_DB_CONFIG: 'false' }, async ({ ask }) => {
      expect((await ask(list)).body).toHaveLength(3)
    })
    await alter('reset all')
  })

  it('may hold the secret', async () => {
    const other = 'another secret of enough letters!'
    await withServer({}, async ({ ask }) => {
      const headers = { authorization: `Bearer ${token({ role: 'service_role' }, other)}` }
      expect(await ask('/secrets', { headers })).toMatchObject({ status: 401, body: { code: 'PGRST301' } })
      await alter(`set pgrst.jwt_secret = '${other}'`)
      await script(`notify pgrst, 'reload config'`)
      await soon(async () => (await ask('/secrets', { headers })).status).toBe(200)
    })
    await alter('reset all')
  })
})

describe('signals', () => {
  it('SIGUSR1 reads the schema anew, where nobody listens to the database', () =>
    withServer({ PGRST_DB_CHANNEL_ENABLED: 'false' }, async ({ ask, child }) => {
      await script('create table public.late (); grant select on public.late to anon')
      expect(await ask('/late')).toMatchObject({ status: 404, body: { code: 'PGRST205' } })
      child.kill('SIGUSR1')
      await soon(async () => (await ask('/late')).status).toBe(200)
      await script('drop table public.late')
    }))

  it('SIGUSR2 reads the configuration file anew', () =>
    withServer(
      {},
      async ({ ask, child, configure }) => {
        expect((await ask(list)).body).toHaveLength(1)
        configure('db-max-rows = 2\napp.settings.name_var = "Jane"')
        child.kill('SIGUSR2')
        await soon(async () => (await ask(list)).body).toHaveLength(2)
        expect((await ask('/rpc/setting?name=app.settings.name_var')).body).toBe('Jane')
        configure('db-max-rows = 3\nopenapi-mode = "sometimes"')
        child.kill('SIGUSR2')
        // A file with a mistake changes nothing.
        await expect
          .poll(async () => (await ask('/rpc/setting?name=app.settings.name_var')).body)
          .toBe('Jane')
        expect((await ask(list)).body).toHaveLength(2)
      },
      'db-max-rows = 1',
    ))

  it('SIGUSR2 makes it listen, and stop listening', () =>
    withServer(
      {},
      async ({ ask, child, configure }) => {
        const isListening = async () => {
          const [row] = await db.admin.query<{ count: number }>(
            raw(
              `select count(*)::int from pg_stat_activity where usename = '${login}' and query like 'LISTEN%'`,
            ),
          )
          return row?.count === 1
        }
        expect(await isListening()).toBe(false)
        configure('db-channel = "news"')
        child.kill('SIGUSR2')
        await soon(isListening).toBe(true)
        await script('create table public.heard (); grant select on public.heard to anon')
        await script('notify news')
        await soon(async () => (await ask('/heard')).status).toBe(200)
        await script('drop table public.heard')
        configure('db-channel-enabled = false')
        child.kill('SIGUSR2')
        await soon(isListening).toBe(false)
        expect((await ask(list)).status).toBe(200)
      },
      'db-channel-enabled = false',
    ))

  it('SIGTERM lets requests end, then ends well', async () => {
    const server = await startServer(environment())
    const slow = server.ask('/rpc/nap?seconds=1')
    await untilNapping()
    const exited = once(server.child, 'exit')
    server.child.kill('SIGTERM')
    expect(await slow).toMatchObject({ status: 200, body: 'awake' })
    expect(await exited).toEqual([0, null])
    await server.end()
  })
})

describe('the admin server', () => {
  it('tells whether the API is there, what it knows and how it does', () =>
    withServer({}, async ({ admin, ask, socket }) => {
      expect(await admin('/live')).toMatchObject({ status: 200, text: '' })
      expect(await admin('/ready')).toMatchObject({ status: 200, text: '' })
      expect(await admin('/nothing')).toMatchObject({ status: 404 })
      expect((await admin('/schema_cache')).text).toContain(
        '"dbTables":[[{"qiName":"items","qiSchema":"public"}',
      )
      await ask(list, as('service_role'))
      await ask(list, as('service_role'))
      const { text, headers } = await admin('/metrics')
      expect(headers['content-type']).toBe('text/plain; charset=utf-8')
      for (const line of [
        'pgrst_schema_cache_loads_total{status="SUCCESS"} 1.0',
        'pgrst_db_pool_max 10.0',
        'pgrst_db_pool_timeouts_total 0.0',
        'pgrst_jwt_cache_requests_total 2.0',
        'pgrst_jwt_cache_hits_total 1.0',
      ])
        expect(text).toContain(line)
      expect(statSync(socket).mode & 0o777).toBe(0o660)
      rmSync(socket)
      expect(await admin('/live')).toMatchObject({ status: 500 })
      expect(await admin('/ready')).toMatchObject({ status: 500 })
    }))

  it.each(['true', 'false'])(
    'is not ready without a database (channel: %s), and the API says why',
    (channel) => {
      const changes = {
        PGRST_DB_URI: 'postgresql://nobody@/none?host=/nowhere',
        PGRST_DB_CHANNEL_ENABLED: channel,
      }
      return withServer(changes, async ({ admin, ask }) => {
        expect(await admin('/ready')).toMatchObject({ status: 503 })
        expect(await admin('/live')).toMatchObject({ status: 200 })
        expect(await ask(list)).toMatchObject({
          status: 503,
          body: { code: 'PGRST002' },
          headers: { 'retry-after': expect.anything() },
        })
        if (channel === 'false')
          expect((await admin('/metrics')).text).toContain('pgrst_schema_cache_loads_total{status="FAIL"}')
      })
    },
  )
})

it('without recovery it ends when there is no database', async () => {
  const server = await startServer({
    PGRST_DB_URI: 'postgresql://nobody@/none?host=/nowhere',
    PGRST_DB_POOL_AUTOMATIC_RECOVERY: 'false',
  })
  await soon(() => server.child.exitCode).toBe(1)
  await server.end()
})
