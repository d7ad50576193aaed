// A database made by an older version of the platform: brought up to date when it wakes, with a way back.

import { sql } from '@plinth/postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { passwordOf, refOf } from './fixtures.ts'
import { Installation } from './installation.ts'

const one = refOf(1)
let here: Installation
beforeAll(async () => {
  here = new Installation()
})
afterAll(() => here.remove())

const asAdmin = <T extends object>(text: ReturnType<typeof sql>): Promise<readonly T[]> => {
  const admin = { user: 'supabase_admin', password: passwordOf('supabase_admin'), database: 'postgres' }
  return here.login(one, admin, (pool) => pool.query<T>(text))
}
const users = () => asAdmin<{ email: string }>(sql`select email from auth.users`)
const applied = async () =>
  (
    await asAdmin<{ n: number }>(sql`select count(*)::int as n from plinth.migrations where owner = 'auth'`)
  )[0]?.n
const points = async () =>
  (await here.request('GET', `/branches/${one}/restore-points`)).body as { name: string }[]

describe('a branch of an older version', () => {
  it('gets the missing migrations before it serves, and a restore point before those', async () => {
    await here.start({ TEST_MIGRATIONS: '1' })
    await here.awake(one)
    expect(await applied()).toBe(1)
    await asAdmin(sql`insert into auth.users (id, email) values (gen_random_uuid(), 'old@example.com')`)
    await here.stop()
    await here.start()
    expect((await here.wake(one)).status).toBe(200)
    expect(await applied()).toBeGreaterThan(1)
    expect(await users()).toEqual([{ email: 'old@example.com' }])
    expect(await points()).toEqual([expect.objectContaining({ name: expect.stringMatching(/^upgrade-/) })])
  })

  it('can be taken back to it, and is brought up to date again', async () => {
    await asAdmin(sql`delete from auth.users`)
    const [point] = await points()
    const target = { restorePoint: point?.name }
    expect((await here.request('POST', `/branches/${one}/restore`, { target })).status).toBe(202)
    expect((await here.wake(one)).status).toBe(200)
    expect(await users()).toEqual([{ email: 'old@example.com' }])
    expect(await applied()).toBeGreaterThan(1)
    expect(await points()).toHaveLength(1)
  })
})
