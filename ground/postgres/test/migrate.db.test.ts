import type { Migration } from '@plinth/contracts'
import { type TestDatabase, testDatabase } from '@plinth/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { migrate, openPool, type Pool, sql } from '../src/index.ts'

let database: TestDatabase
let pool: Pool

beforeEach(async () => {
  database = await testDatabase({ template: 'project' })
  pool = openPool({ ...database.as('supabase_admin'), size: 3, applicationName: 'migrate test' })
  await pool.run(sql`create schema work`)
  await pool.run(sql`grant all on schema work to supabase_auth_admin, supabase_storage_admin`)
})
afterEach(async () => {
  await pool.close()
  await database.drop()
})

const file = (name: string, text: string): Migration => ({ name, sql: text, checksum: `of ${text}` })
const history = (owner: string, ...migrations: readonly Migration[]) => ({
  owner,
  role: owner === 'b' ? 'supabase_storage_admin' : 'supabase_auth_admin',
  migrations,
})
const run = (...histories: readonly ReturnType<typeof history>[]) =>
  migrate(pool, histories, { schema: 'own' })

const first = file('0001_first', 'create table work.t (id int); insert into work.t values (1)')
const second = file('0002_second', 'insert into work.t values (2)')

describe('migrate', () => {
  it('applies what is missing, once, in order, as the role of each history', async () => {
    const other = history('b', file('0001_other', 'create table work.o ()'))
    expect(await run(history('a', first))).toEqual({ applied: ['a/0001_first'] })
    expect(await run(history('a', first, second), other)).toEqual({
      applied: ['a/0002_second', 'b/0001_other'],
    })
    expect(await run(history('a', first, second), other)).toEqual({ applied: [] })
    expect(await pool.query(sql`select id from work.t order by id`)).toEqual([{ id: 1 }, { id: 2 }])
    const owners = await pool.query(
      sql`select tablename, tableowner from pg_tables where schemaname = 'work' order by 1`,
    )
    expect(owners).toEqual([
      { tablename: 'o', tableowner: 'supabase_storage_admin' },
      { tablename: 't', tableowner: 'supabase_auth_admin' },
    ])
  })

  it('applies a file wholly or not at all, and names it', async () => {
    const broken = file('0002_broken', 'insert into work.t values (2); select 1 / 0')
    await expect(run(history('a', first, broken))).rejects.toThrow(
      'Migration a/0002_broken failed: division by zero',
    )
    expect(await pool.query(sql`select id from work.t`)).toEqual([{ id: 1 }])
    expect(await run(history('a', first, second))).toEqual({ applied: ['a/0002_second'] })
  })

  it('refuses a file that was changed after it was applied', async () => {
    await run(history('a', first))
    await expect(run(history('a', file('0001_first', 'select 1')))).rejects.toThrow(
      'was changed after it was applied',
    )
  })

  it('runs on a database that is ahead, unless something breaking is there', async () => {
    await run(history('a', first, second))
    expect(await run(history('a', first))).toEqual({ applied: [] })
    await run(history('a', first, second, file('0003_breaks', '-- plinth: breaking\nselect 1')))
    await expect(run(history('a', first, second))).rejects.toThrow('Run a newer version')
  })

  it('runs a marked file outside of a transaction', async () => {
    const index = file('0002_index', '-- plinth: no transaction\ncreate index concurrently on work.t (id)')
    expect(await run(history('a', first, index))).toEqual({ applied: ['a/0001_first', 'a/0002_index'] })
  })

  it('run twice at the same time applies each file once', async () => {
    const both = await Promise.all([run(history('a', first, second)), run(history('a', first, second))])
    expect(both.map(({ applied }) => applied.length).sort()).toEqual([0, 2])
  })

  it('leaves nothing of a file behind for the next one', async () => {
    const setting = file('0001_set', 'set role supabase_auth_admin; set statement_timeout = 12345')
    const reading = file(
      '0002_read',
      "create table work.seen as select current_user::text as who, current_setting('statement_timeout') as timeout",
    )
    await run(history('a', setting, reading))
    expect(await pool.one(sql`select * from work.seen`)).toEqual({ who: 'supabase_auth_admin', timeout: '0' })
  })
})
