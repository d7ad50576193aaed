import { leakCheck, type TestDatabase, testDatabase } from '@plinth/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LineOptions, openLine, sql } from '../../src/index.ts'
import { request, rows } from './ask-line.ts'

const checkLeaks = leakCheck()
let database: TestDatabase

const open = (options: Partial<LineOptions> = {}) =>
  openLine({ ...database.as('supabase_admin'), size: 2, applicationName: 'line test', ...options })

beforeAll(async () => {
  database = await testDatabase({ template: 'project' })
})

afterAll(async () => {
  await database.drop()
  await checkLeaks()
})

describe('prepared statements', () => {
  it('survive changes of the tables they read', async () => {
    await database.admin.run(sql`create table shapes (a int)`)
    await database.admin.run(sql`insert into shapes values (1)`)
    const all = sql`select * from shapes`
    const one = open({ size: 1 })
    expect(await rows(one, all)).toEqual([['1']])
    await database.admin.run(sql`alter table shapes add column b text default 'new'`)
    // Several on their way at once meet the stale plan together.
    const results = await Promise.all(Array.from({ length: 5 }, () => one.run(request(all))))
    for (const [result] of results)
      expect(result).toMatchObject({ columns: ['a', 'b'], rows: [['1', 'new']] })
    expect((await one.run(request(all)))[0]).toMatchObject({ columns: ['a', 'b'] })
    await one.close()
  })

  it('are made again when the session has lost them', async () => {
    const one = open({ size: 1 })
    const statement = sql`select ${'here'}`
    await rows(one, statement)
    await rows(one, sql`deallocate all`)
    expect(await rows(one, statement)).toEqual([['here']])
    expect(await rows(one, statement)).toEqual([['here']])
    await one.close()
  })

  it('are not believed in when an error came before them', async () => {
    const one = open({ size: 1 })
    const statement = sql`select ${'unheard'}`
    const failing = one.run({ settings: [], statements: [sql`select 1 / 0`, statement], mode: 'read' })
    const behind = rows(one, statement)
    await expect(failing).rejects.toMatchObject({ sqlstate: '22012' })
    expect(await behind).toEqual([['unheard']])
    await one.close()
  })

  it('make room for younger ones', async () => {
    const one = open({ size: 1, statements: 5 })
    for (let index = 0; index < 30; index++)
      expect(await rows(one, { text: `select ${index % 12}`, values: [] })).toEqual([[String(index % 12)]])
    const [[count] = []] = (await rows(one, sql`select count(*) from pg_prepared_statements`)) ?? []
    expect(Number(count)).toBeLessThanOrEqual(6)
    await one.close()
  })
})

it('takes the types that columns have now, once told to forget', async () => {
  const line = openLine({ ...database.as('supabase_admin'), size: 1 })
  const find = (value: string) =>
    line.run({ settings: [], statements: [sql`select from cats where id = ${value}`], mode: 'read' })
  try {
    await database.admin.run(sql`create table cats (id uuid)`)
    await find('dea27321-f988-4a57-93e4-8eeb38f3cf1e')
    await database.admin.run(sql`alter table cats alter id type bigint using 1`)
    line.forget()
    expect((await find('1'))[0]?.affected).toBe(0)
  } finally {
    await line.close()
  }
})
