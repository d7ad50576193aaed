// The power goes off at random moments of a branch's life. Whatever was acknowledged is there afterwards, nothing hangs,
// and nobody has to help.

import type { Answer } from '@plinth/http'
import { sql } from '@plinth/postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { again, allowRounds, answered, cutWhile } from './cut.ts'
import { refOf, specOf } from './fixtures.ts'
import { Installation, patience } from './installation.ts'
import { Numbers } from './numbers.ts'

const one = refOf(1)
let here: Installation
let numbers: Numbers
let next = 10

allowRounds()
beforeAll(async () => {
  here = new Installation(await Installation.model())
  await here.start()
  await here.awake(one)
  numbers = new Numbers(here, one)
  await numbers.create()
})
afterAll(() => here.remove())

const fresh = () => {
  next += 1
  return refOf(next)
}

describe('a power cut', () => {
  beforeEach(() => here.serves(one))

  it.each([
    ['rows are written', 400, () => Promise.resolve()],
    ['it goes to sleep', 250, () => answered(here.order(one, 'sleep'))],
    ['it is restarted', 400, () => answered(here.restart(one))],
  ] as const)('while %s', (_what, withinMs, act) =>
    again(async () => {
      await here.serves(one)
      await cutWhile(here, withinMs, () => Promise.all([numbers.addUntilItFails(), act()]))
      await here.serves(one)
      await numbers.expectKept()
    }),
  )

  it('while it wakes', () =>
    again(async () => {
      await here.sleep(one)
      await cutWhile(here, 150, () => answered(here.wake(one)))
      await here.serves(one)
      await numbers.expectKept()
    }))

  it('while it gets another size: one that was taken is the one it has', async () => {
    const memory = () =>
      here.asOwner(one, (pool) => pool.one<{ shared_buffers: string }>(sql`show shared_buffers`))
    const sizes = ['nano', 'micro'] as const
    const put = async (size: (typeof sizes)[number]): Promise<Answer> => {
      const version = (await here.report(one)).specVersion + 1
      return here.put(specOf(one, version, { size, restartVersion: version }))
    }
    const has: unknown[] = []
    for (const size of sizes) {
      await put(size)
      await here.serves(one)
      has.push(await memory())
    }
    expect(has[0]).not.toEqual(has[1])
    let turn = 1
    await again(async () => {
      await here.serves(one)
      turn += 1
      let taken: number | undefined
      await cutWhile(here, 600, async () => {
        const order = answered(put(turn % 2 === 0 ? 'nano' : 'micro'))
        await Promise.all([numbers.addUntilItFails(), order])
        taken = (await order)?.status
      })
      await here.serves(one)
      if (taken === 202) expect(await memory()).toEqual(has[turn % 2])
      else expect(has).toContainEqual(await memory())
      await numbers.expectKept()
    })
    await put('nano')
  })

  it('while a branch is made, empty or as a copy', () =>
    again(async () => {
      await here.serves(one)
      const rows = await numbers.read()
      const [empty, copy] = [fresh(), fresh()]
      const specs = [specOf(empty), specOf(copy, 1, { source: { ref: one } })]
      const put = specs.map((spec) => answered(here.put(spec)))
      await cutWhile(here, 3_000, () => Promise.all(put))
      const answers = await Promise.all(put)
      for (const [index, spec] of specs.entries()) {
        if (answers[index]?.status !== 202) await here.put(spec)
        await here.serves(spec.ref)
      }
      expect(await numbers.read(copy)).toEqual(rows)
      for (const ref of [empty, copy]) await here.put(specOf(ref, 2, { desired: 'removed' }))
    }))

  it('right after a job was scheduled: it goes on, though nobody asks for its branch', () =>
    again(async () => {
      await here.serves(one)
      await here.asOwner(one, (pool) =>
        pool.session((session) =>
          session.script(`create extension if not exists pg_cron; drop table if exists ran; create table ran ();
            select cron.schedule('often', '1 second', 'insert into public.ran default values')`),
        ),
      )
      await here.cutPower()
      await here.start()
      const count = () =>
        here.asOwner(
          one,
          async (pool) => (await pool.one<{ n: number }>(sql`select count(*) as n from ran`)).n,
        )
      const before = await vi.waitFor(count, patience)
      await vi.waitFor(async () => expect(await count()).toBeGreaterThan(before), patience)
      await here.asOwner(one, (pool) => pool.run(sql`select cron.unschedule('often')`))
    }))

  it('while a branch is deleted: nothing of it stays', () =>
    again(async () => {
      const ref = fresh()
      await here.awake(ref)
      const removed = specOf(ref, 2, { desired: 'removed' })
      await cutWhile(here, 200, () => answered(here.put(removed)))
      const report = await here.report(ref)
      if ('status' in report && report.status !== 'removing') await here.put(removed)
      await here.isGone(ref)
      expect(here.traces(ref)).toEqual([])
    }))
})
