// What a branch does by itself: jobs wake it and keep it awake, and its vault opens wherever it goes.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseError, type Pool, sql } from '@plinth/postgres'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { refOf, specOf } from './fixtures.ts'
import { Installation, patience } from './installation.ts'

const [one, two, three] = [refOf(1), refOf(2), refOf(3)]
let here: Installation
beforeAll(async () => {
  here = new Installation(await Installation.model())
  await here.start({ PLINTH_IDLE_SECONDS: '1' })
  await here.awake(one)
})
afterAll(() => here.remove())

/** One that may sleep after a second does so before we are connected, if the machine is busy: then once more. */
const whileAwake = async <T>(ref: string, use: (pool: Pool) => Promise<T>): Promise<T> => {
  for (;;) {
    await here.serves(ref)
    try {
      return await here.asOwner(ref, use)
    } catch (error) {
      const isAway = error instanceof DatabaseError && ['08001', '57P03'].includes(error.sqlstate)
      if (!isAway) throw error
    }
  }
}
const run = (ref: string, text: string) =>
  whileAwake(ref, (pool) => pool.session((session) => session.script(text)))
const count = async (pool: Pool) => (await pool.one<{ n: number }>(sql`select count(*) as n from ran`)).n
/** Whatever the branch is doing: asked without waking it. */
const countRuns = (ref: string): Promise<number> => here.asOwner(ref, count)

/** Sleeps as soon as it may; a job that is due at once wakes it in the next moment. */
const putToSleep = async (ref: string): Promise<void> => {
  const slept = () =>
    here.log.split('\n').filter((line) => line.includes('branch.asleep') && line.includes(ref)).length
  const before = slept()
  await here.order(ref, 'sleep')
  await vi.waitFor(() => expect(slept()).toBeGreaterThan(before), patience)
}

describe('a job', () => {
  it('keeps its branch awake, wakes one that was put to sleep, and lets it sleep when it is taken away', async () => {
    await run(
      one,
      `create extension pg_cron; create table ran ();
      select cron.schedule('often', '1 second', 'insert into public.ran default values')`,
    )
    await putToSleep(one)
    // Nobody asks it anything any more.
    await vi.waitFor(async () => expect((await here.report(one)).status).toBe('awake'), patience)
    const before = await countRuns(one)
    await vi.waitFor(async () => expect(await countRuns(one)).toBeGreaterThan(before + 3), patience)
    expect((await here.report(one)).status).toBe('awake')
    await run(one, "select cron.unschedule('often')")
    await here.until(one, 'asleep')
  })

  it('is known to a supervisor that finds its branch asleep', async () => {
    await run(one, "select cron.schedule('often', '2 seconds', 'insert into public.ran default values')")
    await putToSleep(one)
    await here.stop()
    await here.start({ PLINTH_IDLE_SECONDS: '1' })
    await vi.waitFor(async () => expect((await here.report(one)).status).toBe('awake'), patience)
    await run(one, "select cron.unschedule('often')")
  })

  it('that runs longer than a branch stays idle is not cut off', async () => {
    await run(
      one,
      `truncate ran, cron.job_run_details;
      select cron.schedule('long', '1 second', 'select cron.unschedule(''long''); select pg_sleep(4); insert into public.ran default values')`,
    )
    await here.until(one, 'asleep')
    expect(await whileAwake(one, count)).toBe(1)
  })

  it('wakes no branch that its owner has paused', async () => {
    await run(one, "select cron.schedule('often', '1 second', 'select 1')")
    await here.put(specOf(one, 2, { desired: 'paused' }))
    await here.until(one, 'paused')
    expect(here.servers(one)).toEqual([])
    await here.put(specOf(one, 3))
    await run(one, "select cron.unschedule('often')")
  })
})

describe('the vault', () => {
  beforeAll(async () => {
    await here.stop()
    await here.start()
  })
  const secret = 'sesame of the vault'
  const open = async (ref: string) => {
    await here.serves(ref)
    return here.asOwner(ref, (pool) =>
      pool.maybe(sql`select decrypted_secret as plain from vault.decrypted_secrets where name = 'door'`),
    )
  }
  const keyOf = async (ref: string) =>
    (await here.request('GET', `/branches/${ref}/vault-key`)).body as { key: string }
  const filesBelow = (folder: string): readonly string[] =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))

  it('opens after a sleep, and neither secret nor key lies on the disk in the open', async () => {
    await here.awake(two)
    await run(two, `select vault.create_secret('${secret}', 'door')`)
    await putToSleep(two)
    expect(await open(two)).toEqual({ plain: secret })
    const { key } = await keyOf(two)
    await putToSleep(two)
    const folders = ['clusters', 'archive', 'logs'].map((name) => join(here.data, name, two))
    for (const file of folders.flatMap(filesBelow)) {
      const bytes = readFileSync(file)
      expect([file, bytes.includes(secret), bytes.includes(key)]).toEqual([file, false, false])
    }
    const file = join(here.run, two, 'vault.key')
    if (existsSync(file)) expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('opens in a copy, and in a database that was taken back', async () => {
    await here.put(specOf(three, 1, { source: { ref: two } }))
    expect(await open(three)).toEqual({ plain: secret })
    await here.serves(two)
    expect(await here.order(two, 'restore-points', { name: 'before' })).toBe(201)
    await run(two, 'delete from vault.secrets')
    await here.order(two, 'restore', { target: { restorePoint: 'before' } })
    await vi.waitFor(async () => expect(await open(two)).toEqual({ plain: secret }), patience)
  })

  it('takes another key at once, and opens nothing of before with it', async () => {
    const before = await keyOf(three)
    const put = (key: string) => here.request('PUT', `/branches/${three}/vault-key`, { key })
    expect((await put('short')).status).toBe(400)
    expect((await put('0'.repeat(64))).status).toBe(200)
    await expect(open(three)).rejects.toThrow('invalid ciphertext')
    expect((await put(before.key)).status).toBe(200)
    expect(await open(three)).toEqual({ plain: secret })
  })
})
