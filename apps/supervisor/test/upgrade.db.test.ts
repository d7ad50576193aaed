// A database made by an older version of the platform: brought up to date when it wakes, with a way back.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
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
  const everybody = sql`select set_config('role', 'none', false), set_config('default_transaction_read_only', 'off', false)`
  return here.login(one, admin, async (pool) =>
    pool.session(async (session) => {
      await session.query(everybody)
      return session.query<T>(text)
    }),
  )
}
const users = () => asAdmin<{ email: string }>(sql`select email from auth.users`)
const applied = async () =>
  (
    await asAdmin<{ n: number }>(sql`select count(*)::int as n from plinth.migrations where owner = 'auth'`)
  )[0]?.n
const points = async () =>
  (await here.request('GET', `/branches/${one}/restore-points`)).body as { name: string }[]

/** Jobs and extensions as a version left them whose foundation ended with 0015. */
const makeOld = async () => {
  const migration = join(import.meta.dirname, '../../../engines/cluster/template/0010_extension_access.sql')
  await asAdmin(sql`drop event trigger issue_pg_cron_access`)
  await asAdmin(sql`drop event trigger issue_pg_net_access`)
  await asAdmin(sql`drop function extensions.grant_pg_net_access`)
  await asAdmin(sql`drop function plinth.grant_pg_cron_access, plinth.guard_cron_jobs, plinth.check_cron_job`)
  const admin = { user: 'supabase_admin', password: passwordOf('supabase_admin'), database: 'postgres' }
  const text = readFileSync(migration, 'utf8')
  await here.login(one, admin, (pool) => pool.session((session) => session.script(text)))
  await asAdmin(sql`delete from plinth.migrations where owner = 'cluster' and name like '0016%'`)
  await here.asOwner(one, (pool) =>
    pool.session((session) =>
      session.script(`
        create extension pg_cron; create extension index_advisor cascade;
        select cron.schedule('mine', '0 3 * * *', 'vacuum')`),
    ),
  )
  // A version that no script leads on from.
  await asAdmin(sql`update pg_extension set extversion = '0.0.1' where extname = 'index_advisor'`)
  // What the owner set for everybody.
  await here.asOwner(one, (pool) =>
    pool.session((session) =>
      session.script(`
        alter database postgres set default_transaction_read_only = on;
        alter database postgres set role = anon;
        alter database postgres set session_replication_role = replica`),
    ),
  )
}

describe('a branch of an older version', () => {
  it('gets the missing migrations before it serves, and a restore point before those', async () => {
    await here.start({ TEST_MIGRATIONS: '1' })
    await here.awake(one)
    expect(await applied()).toBe(1)
    await asAdmin(sql`insert into auth.users (id, email) values (gen_random_uuid(), 'old@example.com')`)
    await makeOld()
    await here.stop()
    await here.start()
    expect((await here.wake(one)).status).toBe(200)
    expect(await applied()).toBeGreaterThan(1)
    expect(await users()).toEqual([{ email: 'old@example.com' }])
    expect(await points()).toEqual([expect.objectContaining({ name: expect.stringMatching(/^upgrade-/) })])
  })

  it('keeps its jobs, guarded as new ones are, and an extension that cannot be updated stays as it was', async () => {
    expect(await asAdmin(sql`select jobname, schedule, username::text from cron.job`)).toEqual([
      { jobname: 'mine', schedule: '0 3 * * *', username: 'postgres' },
    ])
    const guard = sql`
      select tgfoid::regproc::text as function, tgenabled::text as enabled from pg_trigger where tgname = 'plinth_job_role'`
    expect(await asAdmin(guard)).toEqual([{ function: 'plinth.check_cron_job', enabled: 'A' }])
    expect(
      await asAdmin(sql`select extversion as version from pg_extension where extname = 'index_advisor'`),
    ).toEqual([{ version: '0.0.1' }])
    expect(here.log).toContain('branch.extension_stale')
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
