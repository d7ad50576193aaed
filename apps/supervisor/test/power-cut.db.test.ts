// The power goes off at random moments: everything of the installation is killed at once while it does something.
// Whatever was acknowledged is there afterwards, nothing hangs, and nobody has to help. `npm run bench faults` does
// it again and again; FAULT_ROUNDS says how often each.

import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { openPool, type Pool, sql } from '@plinth/postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { refOf, specOf } from './fixtures.ts'
import { Installation, patience } from './installation.ts'

const rounds = Number(process.env['FAULT_ROUNDS'] ?? 1)
vi.setConfig({ testTimeout: 30_000 + rounds * 20_000 })

const one = refOf(1)
let here: Installation
let next = 10
/** Numbers of branches whose making was acknowledged. */
const acknowledged: number[] = []

beforeAll(async () => {
  here = new Installation(await Installation.model())
  await here.start()
  await here.awake(one)
  await withPool(one, (pool) => pool.run(sql`create table numbers (n int primary key)`))
})
afterAll(() => here.remove())

const withPool = async <T>(ref: string, use: (pool: Pool) => Promise<T>): Promise<T> => {
  const pool = openPool({
    socketDir: join(here.run, ref),
    user: 'postgres',
    password: 'postgres-secret-of-a-test',
    database: 'postgres',
    size: 1,
    applicationName: 'test',
  })
  return use(pool).finally(pool.close)
}

const read = (ref: string): Promise<readonly number[]> =>
  withPool(ref, async (pool) =>
    (await pool.query<{ n: number }>(sql`select n from numbers order by n`)).map(({ n }) => n),
  )

const fresh = (): number => {
  next += 1
  return next
}

/** Writes until it fails; remembers what was confirmed. */
const write = (): Promise<void> =>
  withPool(one, async (pool) => {
    for (;;) {
      await pool.run(sql`insert into numbers values (${next + 1})`)
      next += 1
      acknowledged.push(next)
    }
  }).catch(() => {
    // This one may have been committed without an answer.
    next += 1
  })

const post = (ref: string, what: string, body?: unknown) =>
  here.request('POST', `/branches/${ref}/${what}`, body).then(
    ({ status }) => status,
    () => undefined,
  )

/** Everything is killed in the middle of `act`, at a moment up to `withinMs` after it began; then it starts again. */
const cutWhile = async (withinMs: number, act: () => Promise<unknown>): Promise<void> => {
  const began = act()
  await delay(Math.random() * withinMs)
  await here.cutPower()
  await began
  await here.start()
}

const settled = async (ref: string): Promise<void> => {
  const { status, body } = await here.wake(ref)
  expect(status, JSON.stringify(body)).toBe(200)
}

const again = async (round: () => Promise<void>): Promise<void> => {
  for (let count = 0; count < rounds; count += 1) await round()
}

describe('a power cut', () => {
  beforeEach(() => settled(one))

  it('while rows are written', () =>
    again(async () => {
      await settled(one)
      await cutWhile(400, write)
      await settled(one)
      expect(await read(one)).toEqual(expect.arrayContaining(acknowledged))
    }))

  it.each([
    ['goes to sleep', 250, () => post(one, 'sleep')],
    ['is restarted', 400, () => here.restart(one).catch(() => undefined)],
    ['is backed up', 500, () => post(one, 'backups')],
    [
      'gets a restore point',
      500,
      () => post(one, 'restore-points', { name: `p ${Math.random()}`.slice(0, 20) }),
    ],
  ] as const)('while it %s', (_what, withinMs, act) =>
    again(async () => {
      await settled(one)
      await cutWhile(withinMs, () => Promise.all([write(), act()]))
      await settled(one)
      expect(await read(one)).toEqual(expect.arrayContaining(acknowledged))
    }),
  )

  it('while it wakes', () =>
    again(async () => {
      await post(one, 'sleep')
      await here.until(one, 'asleep')
      await cutWhile(150, () => here.wake(one).catch(() => undefined))
      await settled(one)
      expect(await read(one)).toEqual(expect.arrayContaining(acknowledged))
    }))

  it('while it is restored: an order that was taken is carried out', () =>
    again(async () => {
      await settled(one)
      const name = `q ${Math.random()}`.slice(0, 20)
      expect(await post(one, 'restore-points', { name })).toBe(201)
      const then = await read(one)
      await withPool(one, (pool) => pool.run(sql`insert into numbers values (${fresh()})`))
      const later = await read(one)
      let taken: unknown
      await cutWhile(900, async () => {
        taken = await post(one, 'restore', { target: { restorePoint: name } })
      })
      await settled(one)
      const now = await read(one)
      if (taken === 202) expect(now).toEqual(then)
      else expect([then, later]).toContainEqual(now)
    }))

  it('while a branch is made, empty or as a copy', () =>
    again(async () => {
      await settled(one)
      const rows = await read(one)
      const [empty, copy] = [refOf(fresh()), refOf(fresh())]
      const specs = [specOf(empty), specOf(copy, 1, { source: { ref: one } })]
      const put = specs.map((spec) => here.put(spec).catch(() => undefined))
      await cutWhile(3_000, () => Promise.all(put))
      const answers = await Promise.all(put)
      for (const [index, spec] of specs.entries()) {
        if (answers[index]?.status !== 202) await here.put(spec)
        await settled(spec.ref)
      }
      expect(await read(copy)).toEqual(rows)
      for (const ref of [empty, copy]) await here.put(specOf(ref, 2, { desired: 'removed' }))
    }))

  it('right after a job was scheduled: it goes on, though nobody asks for its branch', () =>
    again(async () => {
      await settled(one)
      await withPool(one, (pool) =>
        pool.session((session) =>
          session.script(`create extension if not exists pg_cron; drop table if exists ran; create table ran ();
            select cron.schedule('often', '1 second', 'insert into public.ran default values')`),
        ),
      )
      await here.cutPower()
      await here.start()
      const count = () =>
        withPool(one, async (pool) => (await pool.one<{ n: number }>(sql`select count(*) as n from ran`)).n)
      const before = await vi.waitFor(count, patience)
      await vi.waitFor(async () => expect(await count()).toBeGreaterThan(before), patience)
      await withPool(one, (pool) => pool.run(sql`select cron.unschedule('often')`))
    }))

  it('while a branch is deleted: nothing of it stays', () =>
    again(async () => {
      const ref = refOf(fresh())
      await here.awake(ref)
      const removed = specOf(ref, 2, { desired: 'removed' })
      await cutWhile(200, () => here.put(removed).catch(() => undefined))
      const report = await here.report(ref)
      if ('status' in report && report.status !== 'removing') await here.put(removed)
      await vi.waitFor(
        async () => expect((await here.request('GET', `/branches/${ref}`)).status).toBe(404),
        patience,
      )
      expect(here.traces(ref)).toEqual([])
    }))
})
