// Settings that owners keep in the database: `alter role authenticator … set pgrst.…`, in force at start and
// after `notify pgrst, 'reload config'`. https://docs.postgrest.org/en/v14/references/configuration.html

import { ident, raw } from '@plinth/postgres'
import { type TestDatabase, testDatabase } from '@plinth/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { makeSpec, type StackProcess, secretKey, startSpare } from './a-stack.ts'

let db: TestDatabase
let stack: StackProcess

const schema = `
  create table public.items (id int primary key, note text);
  insert into public.items values (1), (2), (3);
  create schema hidden;
  create table hidden.things (id int);
  create function public.refuse() returns void language plpgsql as $$ begin raise 'not today'; end $$;
  grant usage on schema public, hidden to service_role;
  grant all on public.items, hidden.things to service_role;`

beforeAll(async () => {
  db = await testDatabase({ template: 'project' })
  await db.admin.session((session) => session.script(schema))
})
afterAll(() => db.drop())
beforeEach(async () => {
  stack = await startSpare(db.socketDir, db.database)
})
afterEach(async () => {
  await stack.end()
  const database = ident(db.database).text
  await db.admin.run(raw(`alter role authenticator in database ${database} reset all`))
  await db.admin.run(raw(`alter database ${database} reset all`))
})

const set = (name: string, value: string) =>
  db.admin.run(
    raw(`alter role authenticator in database ${ident(db.database).text} set ${name} = '${value}'`),
  )

const assign = () => stack.spare.request('PUT', '/spec', { spec: makeSpec(), place: stack.place })

const reload = () => db.admin.run(raw(`notify pgrst, 'reload config'`))

type Ask = {
  readonly path: string
  readonly method?: 'GET' | 'POST' | 'PATCH'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

const ask = ({ path, method = 'GET', headers = {}, body }: Ask) =>
  stack.http.request(method, `/rest/v1${path}`, body, { headers: { apikey: secretKey, ...headers } })

/** Other tests share the machine. */
const soon = <T>(read: () => T, message?: string) =>
  expect.poll(read, { timeout: 10_000, ...(message === undefined ? undefined : { message }) })

const list = { path: '/items?select=id' }

type Switch = {
  readonly setting: string
  readonly value: string
  readonly request: Ask
  readonly before: object
  readonly after: object
}

const switches: readonly Switch[] = [
  {
    setting: 'pgrst.db_aggregates_enabled',
    value: 'true',
    request: { path: '/items?select=id.sum()' },
    before: { status: 400, body: { code: 'PGRST123' } },
    after: { status: 200, body: [{ sum: 6 }] },
  },
  {
    setting: 'pgrst.db_plan_enabled',
    value: 'true',
    request: { ...list, headers: { accept: 'application/vnd.pgrst.plan+json' } },
    before: { status: 406, body: { code: 'PGRST107' } },
    after: { status: 200, body: [{ Plan: expect.anything() }] },
  },
  {
    setting: 'pgrst.db_max_rows',
    value: '1',
    request: list,
    before: { status: 200, body: [{ id: 1 }, { id: 2 }, { id: 3 }] },
    after: { status: 200, body: [{ id: 1 }] },
  },
  {
    setting: 'pgrst.db_schemas',
    value: 'public, hidden',
    request: { path: '/things', headers: { 'accept-profile': 'hidden' } },
    before: { status: 406, body: { code: 'PGRST106' } },
    after: { status: 200, body: [] },
  },
  {
    setting: 'pgrst.db_pre_request',
    value: 'public.refuse',
    request: list,
    before: { status: 200 },
    after: { status: 400, body: { code: 'P0001', message: 'not today' } },
  },
  {
    setting: 'pgrst.openapi_mode',
    value: 'disabled',
    request: { path: '/' },
    before: { status: 200 },
    after: { status: 404, body: { code: 'PGRST126' } },
  },
  {
    setting: 'safeupdate.enabled',
    value: 'off',
    request: { path: '/items', method: 'PATCH', headers: { prefer: 'tx=rollback' }, body: { note: 'new' } },
    before: {
      status: 400,
      body: { code: '21000', message: 'UPDATE requires a WHERE clause', details: null, hint: null },
    },
    after: { status: 204 },
  },
  {
    setting: 'pgrst.client_error_verbosity',
    value: 'minimal',
    request: { path: '/nothing' },
    before: { status: 404, body: { code: 'PGRST205', hint: null } },
    after: { status: 404, body: { code: 'PGRST205', message: expect.anything() } },
  },
]

describe('settings in the database', () => {
  it('hold at start', async () => {
    const compatible = switches.filter(({ setting }) => !/pre_request|max_rows/.test(setting))
    for (const { setting, value } of compatible) await set(setting, value)
    await assign()
    for (const { setting, request, after } of compatible)
      expect(await ask(request), setting).toMatchObject(after)
  })

  it('hold after a reload, and no longer after the next one', async () => {
    await assign()
    for (const { setting, value, request, before, after } of switches) {
      expect(await ask(request), setting).toMatchObject(before)
      await set(setting, value)
      await reload()
      await soon(() => ask(request), setting).toMatchObject(after)
      await db.admin.run(
        raw(`alter role authenticator in database ${ident(db.database).text} reset ${setting}`),
      )
      await reload()
      await soon(() => ask(request), setting).toMatchObject(before)
    }
  })

  it('a whole database may be without safeupdate, and its login role with it', async () => {
    const write: Ask = { path: '/items', method: 'PATCH', body: { note: 'all' } }
    const database = ident(db.database).text
    // The owner's own right, though he is no superuser.
    await db.admin.session((session) =>
      session.script(
        `set role postgres; alter database ${database} set safeupdate.enabled = off; reset role`,
      ),
    )
    await assign()
    expect(await ask(write)).toMatchObject({ status: 204 })
    await set('safeupdate.enabled', 'on')
    await reload()
    await soon(() => ask(write)).toMatchObject({ status: 400, body: { code: '21000' } })
  })

  it('pgrst.db_tx_end decides whether a write stays', async () => {
    await set('pgrst.db_tx_end', 'rollback')
    await assign()
    expect(await ask({ path: '/items', method: 'POST', body: { id: 9 } })).toMatchObject({ status: 201 })
    expect(await ask({ path: '/items?id=eq.9' })).toMatchObject({ body: [] })
  })

  it('a wrong value changes nothing, and is told', async () => {
    await assign()
    await set('pgrst.db_max_rows', '1')
    await set('pgrst.openapi_mode', 'sometimes')
    await reload()
    const told = () => stack.lines().find(({ event }) => event === 'settings.not_valid')
    await expect
      .poll(told)
      .toMatchObject({ problem: 'Invalid openapi-mode. Check your configuration.', level: 'warn' })
    expect(await ask(list)).toMatchObject({ body: [{ id: 1 }, { id: 2 }, { id: 3 }] })
  })

  it('no request fails while settings change', async () => {
    await assign()
    const failed: unknown[] = []
    let isOver = false
    const asking = Array.from({ length: 4 }, async () => {
      while (!isOver) {
        const answer = await ask(list)
        if (answer.status !== 200) failed.push(answer)
      }
    })
    for (const rows of [1, 2, 3, 1, 2]) {
      await set('pgrst.db_max_rows', String(rows))
      await reload()
      await soon(async () => (await ask(list)).body).toHaveLength(rows)
    }
    isOver = true
    await Promise.all(asking)
    expect(failed).toEqual([])
  })
})
