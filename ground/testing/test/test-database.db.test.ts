import { openPool, sql } from '@plinth/postgres'
import { describe, expect, it } from 'vitest'
import { testDatabase } from '../src/index.ts'

describe('a test database', () => {
  it('is its own: two of them share nothing', async () => {
    const [a, b] = await Promise.all([testDatabase(), testDatabase()])
    await a.admin.run(sql`create table only_here (id int)`)
    const found = await b.admin.one<{ found: boolean }>(
      sql`select to_regclass('only_here') is not null as found`,
    )
    expect(found).toEqual({ found: false })
    await Promise.all([a.drop(), b.drop()])
  })

  it('cloned from `project` has the roles and schemas of a branch', async () => {
    const database = await testDatabase({ template: 'project' })
    const pool = openPool({ ...database.as('authenticator'), size: 1, applicationName: 'test' })
    const row = await pool.one(sql`select current_user as user, to_regnamespace('auth') is not null as auth`)
    expect(row).toEqual({ user: 'authenticator', auth: true })
    await pool.close()
    await database.drop()
  })

  it('names who is still connected when it is dropped', async () => {
    const database = await testDatabase()
    const pool = openPool({ ...database.as('supabase_admin'), size: 1, applicationName: 'forgetful' })
    await pool.query(sql`select 1`)
    await expect(database.drop()).rejects.toThrow('Connections were left open: supabase_admin (forgetful)')
    await pool.close()
  })
})
