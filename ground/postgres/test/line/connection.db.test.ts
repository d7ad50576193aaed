import { leakCheck, type TestDatabase, testDatabase } from '@plinth/testing'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Line, type LineOptions, openLine, sql } from '../../src/index.ts'
import { rows } from './ask-line.ts'

const checkLeaks = leakCheck()
let database: TestDatabase
let line: Line

const open = (options: Partial<LineOptions> = {}) =>
  openLine({ ...database.as('supabase_admin'), size: 2, applicationName: 'line test', ...options })

beforeAll(async () => {
  database = await testDatabase({ template: 'project' })
  await database.admin.run(
    sql`create table items (id int primary key, name text, unique (name) deferrable initially deferred)`,
  )
  line = open()
})

afterAll(async () => {
  await line.close()
  await database.drop()
  await checkLeaks()
})

describe('a connection', () => {
  it('that left a transaction open is given up, nobody gets it', async () => {
    const one = open({ size: 1 })
    await expect(rows(one, sql`begin`)).rejects.toMatchObject({ sqlstate: '25001' })
    const [[state] = []] = (await rows(one, sql`select pg_current_xact_id_if_assigned()`)) ?? []
    expect(state).toBeNull()
    await one.close()
  })

  it('that waits for COPY data is given up', async () => {
    const one = open({ size: 1 })
    await expect(rows(one, sql`copy items from stdin`)).rejects.toMatchObject({ sqlstate: '0A000' })
    expect(await rows(one, sql`select 1`)).toEqual([['1']])
    await one.close()
  })

  it('that is lost fails what was on its way with 08006, and what comes next gets a new one', async () => {
    const observe = vi.fn()
    const one = open({ size: 1, observe })
    const [[pid] = []] = (await rows(one, sql`select pg_backend_pid()`)) ?? []
    const onTheWay = [rows(one, sql`select pg_sleep(600)`), rows(one, sql`select 1`)]
    const lost = onTheWay.map((each) => expect(each).rejects.toMatchObject({ sqlstate: '08006' }))
    await database.admin.query(sql`select pg_terminate_backend(${pid ?? ''}::int)`)
    await Promise.all(lost)
    expect(await rows(one, sql`select 2`)).toEqual([['2']])
    expect(observe).toHaveBeenCalledWith(expect.objectContaining({ event: 'database.connection_lost' }))
    await one.close()
  })

  it('cannot be had with a wrong password, nor in a missing database', async () => {
    const wrong = open({ password: 'no' })
    await expect(rows(wrong, sql`select 1`)).rejects.toMatchObject({ sqlstate: '28P01' })
    await wrong.close()
    const missing = open({ database: 'nowhere' })
    await expect(rows(missing, sql`select 1`)).rejects.toMatchObject({ sqlstate: '3D000' })
    await missing.close()
  })

  it('is waited for as long as asked, then the request fails with 08001', async () => {
    const nowhere = open({ socketDir: '/nowhere', waitMs: 80 })
    await expect(rows(nowhere, sql`select 1`)).rejects.toMatchObject({ sqlstate: '08001' })
    await nowhere.close()
  })
})

describe('an aborted request', () => {
  const sleep = sql`select pg_sleep(600)`

  it('is cancelled at the server; its neighbours are not', async () => {
    const one = open({ size: 1 })
    const leaving = new AbortController()
    const gone = rows(one, sleep, { signal: leaving.signal })
    const neighbours = [1, 2, 3].map((id) => rows(one, sql`select ${id}, pg_sleep(0.02)`))
    await vi.waitFor(async () => expect(await sleeping()).toBe(1))
    leaving.abort(new Error('left'))
    await expect(gone).rejects.toThrow('left')
    expect((await Promise.all(neighbours)).map((found) => found?.[0]?.[0])).toEqual(['1', '2', '3'])
    expect(await sleeping()).toBe(0)
    await one.close()
  })

  it('that still waits for a place is never sent', async () => {
    const one = open({ size: 1, depth: 1 })
    const first = rows(one, sql`select pg_sleep(0.05)`)
    const leaving = new AbortController()
    const gone = rows(one, sql`insert into items values (80, null)`, { signal: leaving.signal })
    leaving.abort()
    await expect(gone).rejects.toThrow('aborted')
    await first
    await one.close()
    expect(await rows(line, sql`select 1 from items where id = 80`)).toEqual([])
  })

  it('that was aborted before it began fails at once', async () => {
    await expect(rows(line, sql`select 1`, { signal: AbortSignal.abort() })).rejects.toThrow('aborted')
  })

  const sleeping = async () => {
    const { count } = await database.admin.one<{ count: number }>(sql`
      select count(*) from pg_stat_activity
      where datname = current_database() and state = 'active' and query like '%pg_sleep(600)%' and pid <> pg_backend_pid()`)
    return count
  }
})
