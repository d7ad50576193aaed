import { leakCheck, type TestDatabase, testDatabase } from '@plinth/testing'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Line, type LineOptions, openLine, sql } from '../../src/index.ts'
import { request, rows } from './ask-line.ts'

const checkLeaks = leakCheck()
let database: TestDatabase
let line: Line
const opened: Line[] = []

/** A line that is closed in the end, also when its test fails. */
const open = (options: Partial<LineOptions> = {}): Line => {
  const made = openLine({
    ...database.as('supabase_admin'),
    size: 2,
    applicationName: 'line test',
    ...options,
  })
  opened.push(made)
  return made
}

beforeAll(async () => {
  database = await testDatabase({ template: 'project' })
  await database.admin.run(
    sql`create table items (id int primary key, name text, unique (name) deferrable initially deferred)`,
  )
  line = open()
})

afterAll(async () => {
  for (const each of opened) await each.close()
  await database.drop()
  await checkLeaks()
})

describe('a request', () => {
  it('gives one result per statement: columns, rows as text, affected rows', async () => {
    const results = await line.run({
      settings: [['app.x', '1']],
      statements: [
        sql`insert into items values (1, 'a'), (2, null)`,
        sql`select id, name, ${'ü'} as "ü", '' as empty from items order by id`,
        sql`update items set name = name`,
      ],
      mode: 'write',
    })
    expect(results).toEqual([
      { columns: [], rows: [], affected: 2 },
      {
        columns: ['id', 'name', 'ü', 'empty'],
        rows: [
          ['1', 'a', 'ü', ''],
          ['2', null, 'ü', ''],
        ],
        affected: 2,
      },
      { columns: [], rows: [], affected: 2 },
    ])
  })

  it('runs with its settings, which are gone afterwards', async () => {
    // Null on a connection that has never known the name.
    const who = sql`select current_user, coalesce(current_setting('request.x', true), '')`
    const settings = [
      ['role', 'anon'],
      ['request.x', 'é'],
    ] as const
    expect(await rows(line, who, { settings })).toEqual([['anon', 'é']])
    expect(await rows(line, who)).toEqual([['supabase_admin', '']])
  })

  it('is one transaction: an error undoes what stood before it', async () => {
    const failing = line.run({
      settings: [],
      statements: [sql`insert into items values (50, 'gone')`, sql`select 1 / 0`],
      mode: 'write',
    })
    await expect(failing).rejects.toMatchObject({
      name: 'DatabaseError',
      sqlstate: '22012',
      severity: 'ERROR',
    })
    expect(await rows(line, sql`select count(*) from items where id = 50`)).toEqual([['0']])
  })

  it('cannot write in mode read', async () => {
    const write = rows(line, sql`insert into items values (51, 'x')`, { mode: 'read' })
    await expect(write).rejects.toMatchObject({ sqlstate: '25006' })
  })

  it('passes on every field of an error', async () => {
    await expect(rows(line, sql`insert into items values (1, 'again')`)).rejects.toMatchObject({
      sqlstate: '23505',
      schema: 'public',
      table: 'items',
      constraint: 'items_pkey',
      detail: 'Key (id)=(1) already exists.',
    })
    await expect(rows(line, sql`select * frm x`)).rejects.toMatchObject({ sqlstate: '42601', position: '10' })
  })

  it('fails at the end when the transaction cannot be committed', async () => {
    await expect(rows(line, sql`insert into items values (60, 'a')`)).rejects.toMatchObject({
      sqlstate: '23505',
    })
  })

  it('obeys statement_timeout set in the same round trip', async () => {
    const slow = rows(line, sql`select pg_sleep(5)`, { settings: [['statement_timeout', '20ms']] })
    await expect(slow).rejects.toMatchObject({ sqlstate: '57014' })
  })

  it('carries large values both ways', async () => {
    const large = `${'ä'.repeat(300_000)}${'x'.repeat(700_000)}`
    const [first] = (await rows(line, sql`select ${large}, length(${large}::text)`)) ?? []
    expect(first?.[0] === large).toBe(true)
    expect(first?.[1]).toBe('1000000')
  })

  it('refuses what would break the protocol, and goes on', async () => {
    await expect(rows(line, { text: 'select 1\0', values: [] })).rejects.toMatchObject({ sqlstate: '54000' })
    const many = { text: 'select 1', values: Array<string>(65_536).fill('') }
    await expect(rows(line, many)).rejects.toMatchObject({ sqlstate: '54000' })
    await expect(rows(line, { text: 'select $1::text', values: ['a\0b'] })).rejects.toMatchObject({
      sqlstate: '22021',
    })
    expect(await rows(line, sql`select 1`)).toEqual([['1']])
  })

  it('answers an empty statement and one that gives no rows', async () => {
    expect(await line.run(request({ text: '', values: [] }))).toEqual([
      { columns: [], rows: [], affected: 0 },
    ])
    expect(await rows(line, sql`select 1 where false`)).toEqual([])
  })
})

describe('a transaction that is decided', () => {
  const insert = (id: number) => sql`insert into items values (${id}, null) returning id`
  const exists = async (id: number) =>
    (await rows(line, sql`select 1 from items where id = ${id}`))?.length === 1

  it('sees the results before it commits or rolls back', async () => {
    const seen: unknown[] = []
    const decide = (word: 'commit' | 'rollback') => (results: readonly unknown[]) => {
      seen.push(results)
      return word
    }
    const kept = await line.run(request(insert(70), { decide: decide('commit') }))
    const dropped = await line.run(request(insert(71), { decide: decide('rollback') }))
    expect(seen).toEqual([kept, dropped])
    expect([await exists(70), await exists(71)]).toEqual([true, false])
  })

  it('rolls back when deciding throws', async () => {
    const decide = () => {
      throw new Error('undecided')
    }
    await expect(line.run(request(insert(72), { decide }))).rejects.toThrow('undecided')
    expect(await exists(72)).toBe(false)
  })

  it('recovers from an error, in the statements and in the commit', async () => {
    const decide = () => 'commit' as const
    await expect(line.run(request(sql`select 1 / 0`, { decide }))).rejects.toMatchObject({
      sqlstate: '22012',
    })
    const late = sql`insert into items values (73, 'a')`
    await expect(line.run(request(late, { decide }))).rejects.toMatchObject({ sqlstate: '23505' })
    expect(await rows(line, sql`select 1`)).toEqual([['1']])
  })

  it('has the isolation it asks for, and is read only in mode read', async () => {
    const level = sql`select current_setting('transaction_isolation'), current_setting('transaction_read_only')`
    expect(await rows(line, level, { isolation: 'serializable', mode: 'read' })).toEqual([
      ['serializable', 'on'],
    ])
    expect(await rows(line, level, { isolation: 'repeatable read' })).toEqual([['repeatable read', 'off']])
    expect(await rows(line, level)).toEqual([['read committed', 'off']])
  })
})

describe('places', () => {
  it('waits no longer than asked for one: 53300', async () => {
    const one = open({ size: 1, depth: 1, waitMs: 30 })
    // Connecting may take longer than that.
    await vi.waitFor(() => rows(one, sql`select 1`), 10_000)
    const lock = sql`select pg_advisory_xact_lock(53300)`
    let slow: Promise<unknown> | undefined
    await database.admin.transaction(async (session) => {
      await session.query(lock)
      slow = rows(one, lock)
      await expect(rows(one, sql`select 2`)).rejects.toMatchObject({ sqlstate: '53300' })
    })
    await slow
  })

  it('an exclusive request is neither starved by short ones nor joined by them', async () => {
    const two = open({ size: 2, depth: 4 })
    const order: string[] = []
    const short = (name: string) => rows(two, sql`select pg_sleep(0.005)`).then(() => order.push(name))
    const before = Array.from({ length: 12 }, (_, index) => short(`before ${index}`))
    const alone = rows(two, sql`select pg_sleep(0.005)`, { exclusive: true }).then(() => order.push('alone'))
    const after = Array.from({ length: 40 }, (_, index) => short(`after ${index}`))
    await Promise.all([...before, alone, ...after])
    expect(order.indexOf('alone')).toBeLessThan(order.indexOf('after 20'))
  })

  it('closing lets what is on its way end, and takes nothing new', async () => {
    const one = open({ size: 1, depth: 1 })
    const pending = [1, 2, 3].map((id) => rows(one, sql`select ${id}`))
    const closed = one.close()
    expect(await Promise.all(pending)).toEqual([[['1']], [['2']], [['3']]])
    await closed
    await expect(rows(one, sql`select 1`)).rejects.toMatchObject({ sqlstate: '08003' })
  })
})

it('cancels what nobody waits for any more, wherever it is', async () => {
  const line = open({ size: 1 })
  let isGone = false
  const nap = () => line.run(request(sql`select pg_sleep(61)`, { isGone: () => isGone }))
  const asked = [nap(), nap()]
  const sleeping = sql`select from pg_stat_activity where query like '%pg_sleep(61)%' and state = 'active' and pid <> pg_backend_pid()`
  await expect.poll(() => database.admin.query(sleeping)).toHaveLength(1)
  isGone = true
  for (const each of asked) await expect(each).rejects.toThrow('Whoever asked has gone.')
  await expect.poll(() => database.admin.query(sleeping)).toHaveLength(0)
  expect(await rows(line, sql`select 1`)).toEqual([['1']])
})

it('sends nobody behind something slow: they wait for a place, and give up in time', async () => {
  const line = open({ size: 1, waitMs: 1000 })
  await database.admin.session(async (session) => {
    await session.script('select pg_advisory_lock(7301)')
    const held = line.run(request(sql`select pg_advisory_xact_lock(7301)`))
    const waiting = sql`select from pg_locks where locktype = 'advisory' and objid = 7301 and not granted`
    await expect.poll(() => session.query(waiting)).toHaveLength(1)
    await expect(line.run(request(sql`select 1`))).rejects.toMatchObject({ sqlstate: '53300' })
    await session.script('select pg_advisory_unlock(7301)')
    await held
  })
})
