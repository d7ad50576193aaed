import { leakCheck, type TestDatabase, testDatabase } from '@plinth/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DatabaseError, openPool, type Pool, sql } from '../src/index.ts'

const checkLeaks = leakCheck()
let database: TestDatabase
let pool: Pool

beforeAll(async () => {
  database = await testDatabase()
  pool = openPool({ ...database.as('supabase_admin'), size: 2, applicationName: 'pool test' })
  await pool.run(sql`create table notes (id int primary key)`)
})
afterAll(async () => {
  await pool.close()
  await database.drop()
  await checkLeaks()
})

describe('values', () => {
  const cases = [
    { name: 'int8', is: sql`9007199254740991::int8`, value: 9007199254740991 },
    { name: 'int8, too large', is: sql`9007199254740993::int8`, value: '9007199254740993' },
    { name: 'numeric', is: sql`1.50::numeric`, value: '1.50' },
    { name: 'json', is: sql`${{ json: { a: [1] } }}::jsonb`, value: { a: [1] } },
    { name: 'json null', is: sql`${{ json: null }}::jsonb`, value: null },
    {
      name: 'timestamptz',
      is: sql`'2026-01-02 03:04:05.678901+02'::timestamptz`,
      value: '2026-01-02T01:04:05.678901Z',
    },
    { name: 'timestamp', is: sql`'2026-01-02 03:04:05'::timestamp`, value: '2026-01-02T03:04:05' },
    { name: 'infinity', is: sql`'infinity'::timestamptz`, value: 'infinity' },
    { name: 'date', is: sql`'2026-01-02'::date`, value: '2026-01-02' },
    { name: 'a date of ours', is: sql`${new Date(0)}::timestamptz`, value: '1970-01-01T00:00:00Z' },
    { name: 'bytea', is: sql`${new Uint8Array([1, 255])}::bytea`, value: Buffer.from([1, 255]) },
    { name: 'text[]', is: sql`${['a,"b"', '\\', null, '']}::text[]`, value: ['a,"b"', '\\', null, ''] },
    {
      name: 'int8[][]',
      is: sql`${[[1, 2], [3, 4]]}::int8[]`,
      value: [
        [1, 2],
        [3, 4],
      ],
    },
    {
      name: 'timestamptz[]',
      is: sql`array['2026-01-02 00:00Z'::timestamptz]`,
      value: ['2026-01-02T00:00:00Z'],
    },
    { name: 'an empty array', is: sql`${[]}::int[]`, value: [] },
    { name: 'boolean', is: sql`${true}::boolean`, value: true },
  ]
  it.each(cases)('$name', async ({ is, value }) => {
    expect(await pool.one(sql`select ${is} as value`)).toEqual({ value })
  })
})

describe('asking', () => {
  it('one, maybe and run', async () => {
    expect(await pool.maybe(sql`select 1 where false`)).toBeUndefined()
    await expect(pool.one(sql`select 1 where false`)).rejects.toThrow('none came back')
    await expect(pool.maybe(sql`values (1), (2)`)).rejects.toThrow('2 came back')
    expect(await pool.run(sql`insert into notes values (1), (2)`)).toBe(2)
  })

  it('throws DatabaseError with all fields', async () => {
    const error = await pool.run(sql`insert into notes values (1)`).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(DatabaseError)
    expect(error).toMatchObject({
      sqlstate: '23505',
      constraint: 'notes_pkey',
      table: 'notes',
      severity: 'ERROR',
    })
  })

  it('fails with 08001 when there is no database, with 28P01 on a wrong password', async () => {
    const nowhere = openPool({ ...database.as('x'), socketDir: '/nowhere', size: 1, applicationName: 'x' })
    await expect(nowhere.session((session) => session.query(sql`select 1`))).rejects.toMatchObject({
      sqlstate: '08001',
    })
    await expect(nowhere.query(sql`select 1`)).rejects.toMatchObject({ sqlstate: '08001' })
    const wrong = openPool({ ...database.as('supabase_admin'), password: 'x', size: 1, applicationName: 'x' })
    await expect(wrong.query(sql`select 1`)).rejects.toMatchObject({ sqlstate: '28P01' })
    await Promise.all([nowhere.close(), wrong.close()])
  })

  it('starts with the settings it was given', async () => {
    const own = openPool({
      ...database.as('supabase_admin'),
      size: 1,
      applicationName: 'x',
      options: { search_path: '"odd name", public' },
    })
    expect(await own.one(sql`show search_path`)).toEqual({ search_path: '"odd name", public' })
    await own.close()
  })
})

describe('a transaction', () => {
  const ids = async () =>
    (await pool.query<{ id: number }>(sql`select id from notes order by id`)).map(({ id }) => id)

  it('commits what returns, undoes what throws', async () => {
    await pool.transaction((session) => session.run(sql`insert into notes values (10)`))
    const failing = pool.transaction(async (session) => {
      await session.run(sql`insert into notes values (11)`)
      throw new Error('changed my mind')
    })
    await expect(failing).rejects.toThrow('changed my mind')
    expect(await ids()).toEqual([1, 2, 10])
  })

  it('does not pretend to have committed after an error was swallowed', async () => {
    const failing = pool.transaction(async (session) => {
      await session.run(sql`insert into notes values (12)`)
      await session.query(sql`select 1 / 0`).catch(() => undefined)
    })
    await expect(failing).rejects.toMatchObject({ sqlstate: '25P02' })
    expect(await ids()).not.toContain(12)
  })

  it('has the isolation it asks for', async () => {
    const level = sql`select current_setting('transaction_isolation') as isolation, current_setting('transaction_read_only') as "readOnly"`
    const found = await pool.transaction((session) => session.one(level), {
      isolation: 'serializable',
      readOnly: true,
    })
    expect(found).toEqual({ isolation: 'serializable', readOnly: 'on' })
  })

  it('survives the loss of its connection', async () => {
    const failing = pool.transaction(async (session) => {
      const { pid } = await session.one<{ pid: number }>(sql`select pg_backend_pid() as pid`)
      await database.admin.query(sql`select pg_terminate_backend(${pid})`)
      await session.query(sql`select 1`)
    })
    await expect(failing).rejects.toMatchObject({ name: 'DatabaseError' })
    expect(await pool.one(sql`select 1 as one`)).toEqual({ one: 1 })
  })
})
