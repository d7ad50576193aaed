// SQL of owners: values, errors, several statements, and that nothing of one call reaches another.

import { sql } from '@plinth/postgres'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type TestControl, testControl } from '../test-control.ts'

let t: TestControl
let ref: string
beforeAll(async () => {
  t = await testControl({ project: true, settings: { statementTimeoutMs: 1000, resultBytes: 200_000 } })
  ref = await t.createProject()
})
afterAll(() => t.close())

const ask = (query: string, more: object = {}) =>
  t.asOwner('POST', `/v1/projects/${ref}/database/query`, { query, ...more })

const rowsOf = async (query: string, more: object = {}) => {
  const reply = await ask(query, more)
  expect(reply).toMatchObject({ status: 201, body: expect.any(Array) })
  return reply.body
}

describe('values', () => {
  const values: readonly (readonly [expression: string, value: unknown])[] = [
    ['1::int2', 1],
    ['1::int4', 1],
    ['9007199254740991::int8', 9007199254740991],
    ['9007199254740993::int8', '9007199254740993'],
    ['1.5::float8', 1.5],
    ['1.50::numeric', '1.50'],
    ['true', true],
    ['null::text', null],
    [`'{"a":[1,null]}'::jsonb`, { a: [1, null] }],
    [`'{"a":1}'::json`, { a: 1 }],
    [`array[1,2]::int8[]`, [1, 2]],
    [`array['a',null]::text[]`, ['a', null]],
    [
      `array[[1,2],[3,4]]`,
      [
        [1, 2],
        [3, 4],
      ],
    ],
    [`'2026-01-02 03:04:05+00'::timestamptz`, '2026-01-02 03:04:05+00'],
    [`'2026-01-02 03:04:05'::timestamp`, '2026-01-02 03:04:05'],
    [`'2026-01-02'::date`, '2026-01-02'],
    [`array['2026-01-02'::date]`, ['2026-01-02']],
    [`'1 day'::interval`, '1 day'],
    [`'\\xdeadbeef'::bytea`, '\\xdeadbeef'],
    [`point(1,2)`, '(1,2)'],
    [`'a4c0b0c5-9d5a-4a3a-8a1c-7e6b0f3a2d11'::uuid`, 'a4c0b0c5-9d5a-4a3a-8a1c-7e6b0f3a2d11'],
  ]
  test.each(values)('%s', async (expression, value) => {
    expect(await rowsOf(`select ${expression} as v`)).toEqual([{ v: value }])
  })

  test('a column without a name', async () => {
    expect(await rowsOf('select 1')).toEqual([{ '?column?': 1 }])
  })
})

describe('statements', () => {
  test('of several, the last that gave rows', async () => {
    expect(await rowsOf('select 1 as a; select 2 as b; set work_mem to default')).toEqual([{ b: 2 }])
  })
  test('without rows, an empty list', async () => {
    expect(await rowsOf('create table statements_a (id int); insert into statements_a values (1)')).toEqual(
      [],
    )
  })
  test('with parameters', async () => {
    const parameters = ['x', 2, null, true, [1, 2], { k: 'v' }]
    const query = 'select $1::text a, $2::int b, $3::text c, $4::bool d, $5::int[] e, $6::jsonb f'
    expect(await rowsOf(query, { parameters })).toEqual([
      { a: 'x', b: 2, c: null, d: true, e: [1, 2], f: { k: 'v' } },
    ])
  })
  test('run as the role postgres, who owns what it makes', async () => {
    expect(await rowsOf('select current_user::text as me, current_setting($$search_path$$) as path')).toEqual(
      [{ me: 'postgres', path: '"$user", public, extensions' }],
    )
  })
  test('several with parameters are refused by Postgres', async () => {
    const { status, body } = await ask('select $1::int; select 2', { parameters: [1] })
    expect(status).toBe(400)
    expect(body.message).toMatch(/cannot insert multiple commands into a prepared statement/)
  })
})

describe('errors', () => {
  const failures: readonly (readonly [query: string, message: string])[] = [
    [
      'select * from nowhere',
      'Failed to run sql query: ERROR:  42P01: relation "nowhere" does not exist\nLINE 1: select * from nowhere\n                      ^\n',
    ],
    [
      'select 1;\nselect é, oops',
      'Failed to run sql query: ERROR:  42703: column "é" does not exist\nLINE 2: select é, oops\n               ^\n',
    ],
    [
      'selec 1',
      'Failed to run sql query: ERROR:  42601: syntax error at or near "selec"\nLINE 1: selec 1\n        ^\n',
    ],
    [
      `do $$ begin raise exception 'no' using hint = 'try', detail = 'more'; end $$`,
      'Failed to run sql query: ERROR:  P0001: no\nDETAIL:  more\nHINT:  try\nCONTEXT:  PL/pgSQL function inline_code_block line 1 at RAISE\n',
    ],
  ]
  test.each(failures)('%s', async (query, message) => {
    expect(await ask(query)).toMatchObject({ status: 400, body: { message } })
  })

  const noText = 'must not hold a zero character or half a character'
  const bodies: readonly (readonly [name: string, body: unknown, message: unknown])[] = [
    ['no query', {}, 'query: Invalid input: expected string, received undefined'],
    ['an empty query', { query: '' }, 'query: Too small: expected string to have >=1 characters'],
    ['parameters that are no list', { query: 'x', parameters: 1 }, expect.stringMatching(/^parameters: /)],
    ['a ref in the body', { query: 'x', ref: 'y' }, 'property ref should not exist'],
    ['NUL in the text', { query: 'select 1\0' }, `query: ${noText}`],
    ['NUL in a parameter', { query: 'select $1', parameters: [{ a: '\0' }] }, `parameters.0.a: ${noText}`],
    ['half a character', { query: "select '\ud800'" }, `query: ${noText}`],
    ['NUL in a key', { query: 'select $1', parameters: [{ '\0': 1 }] }, `parameters.0.\0: ${noText}`],
    ['a list', [1], 'Invalid input: expected object'],
  ]
  test.each(bodies)('%s', async (_name, body, message) => {
    const reply = await t.asOwner('POST', `/v1/projects/${ref}/database/query`, body)
    expect(reply).toMatchObject({ status: 400, body: { message } })
  })
})

describe('one call leaves nothing for the next', () => {
  const leftovers: readonly (readonly [name: string, first: string, then: string, rows: unknown])[] = [
    [
      'a temporary table',
      'create temp table left_a (id int)',
      `select to_regclass('left_a')::text v`,
      [{ v: null }],
    ],
    ['a role', 'set role anon', 'select current_user::text v', [{ v: 'postgres' }]],
    [
      'a setting',
      'set work_mem = $$77MB$$',
      'select (current_setting($$work_mem$$) = $$77MB$$) v',
      [{ v: false }],
    ],
    [
      'an advisory lock',
      'select pg_advisory_lock(4711)',
      'select pg_try_advisory_lock(4711) v',
      [{ v: true }],
    ],
    [
      'a prepared statement',
      'prepare left_b as select 1',
      'select count(*) v from pg_prepared_statements',
      [{ v: 0 }],
    ],
    [
      'an open transaction',
      'begin; create table left_c (id int)',
      `select to_regclass('left_c')::text v`,
      [{ v: null }],
    ],
    [
      'a custom setting',
      `set app.secret = 'x'`,
      `select current_setting('app.secret', true) v`,
      [{ v: null }],
    ],
  ]
  test.each(leftovers)('%s', async (_name, first, then, rows) => {
    expect((await ask(first)).status).toBe(201)
    expect(await rowsOf(then)).toEqual(rows)
  })

  test('resetting the role gains nothing', async () => {
    expect(await rowsOf('set role anon; reset role; select current_user::text v')).toEqual([
      { v: 'postgres' },
    ])
    expect((await ask('set role supabase_admin')).status).toBe(400)
    expect((await ask('set session authorization supabase_admin')).status).toBe(400)
  })
})

describe('limits', () => {
  const running = async (mark: string) => {
    const { count } = await t.project!.admin.one<{ count: number }>(sql`
      select count(*) as count from pg_stat_activity
       where query like ${`%${mark}%`} and state = 'active' and pid <> pg_backend_pid()`)
    return count
  }

  test('a statement that runs too long is cancelled', async () => {
    const { status, body } = await ask('select pg_sleep(30)')
    expect([status, body.message]).toEqual([
      400,
      'Failed to run sql query: ERROR:  57014: canceling statement due to statement timeout\n',
    ])
  })

  test('switching the timeout off does not help: the session is ended', async () => {
    const { status, body } = await ask('set statement_timeout = 0; select pg_sleep(30) /* endless */')
    expect([status, body.message]).toEqual([
      408,
      'Failed to run sql query: it ran longer than 1 s and was stopped',
    ])
    await vi.waitFor(async () => expect(await running('endless')).toBe(0), 3000)
  })

  test('a result that is too large is refused', async () => {
    const { status, body } = await ask(`select repeat('x', 1000) from generate_series(1, 10000)`)
    expect(status).toBe(400)
    expect(body.message).toMatch(/the result is larger than 200000 bytes/)
  })

  const countAudited = async () =>
    (await t.pool.query(sql`select 1 from audit_log where operation = 'database.query'`)).length

  test('when the client goes away, its query is stopped even if it catches cancellation', async () => {
    const query = `set statement_timeout = 0;
      do $$ begin loop begin perform pg_sleep(30) /* gone */; exception when query_canceled then null; end;
      end loop; end $$`
    await t.app.listen({ port: 0, host: '127.0.0.1' })
    const address = t.app.server.address()
    const port = typeof address === 'object' ? address?.port : 0
    const leaving = new AbortController()
    const audited = await countAudited()
    const request = fetch(`http://127.0.0.1:${port}/v1/projects/${ref}/database/query`, {
      method: 'POST',
      signal: leaving.signal,
      headers: { authorization: `Bearer ${t.owner.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    }).catch((error: unknown) => error)
    await vi.waitFor(async () => expect(await running('gone')).toBe(1), 3000)
    leaving.abort()
    expect(await request).toBeInstanceOf(Error)
    await vi.waitFor(async () => expect(await running('gone')).toBe(0), 800)
    // Who left is in the audit log as well: the call has ended only then.
    await vi.waitFor(async () => expect(await countAudited()).toBe(audited + 1))
  })
})
