// The clock of the host is set while branches live: nothing is lost, nothing hangs, nothing begins too early. The
// supervisor's clock is the test's; servers keep the real one.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BranchBackups } from '@plinth/contracts'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { refOf } from './fixtures.ts'
import { Installation, patience } from './installation.ts'
import { Numbers } from './numbers.ts'

const one = refOf(1)
const dayMs = 86_400_000
let here: Installation
let numbers: Numbers
let env: Record<string, string>
let turn = 0

const setClock = (days: number) => writeFileSync(join(here.folder, 'clock'), String(days * dayMs))

beforeAll(async () => {
  here = new Installation(await Installation.model())
  env = { PLINTH_IDLE_SECONDS: '1', TEST_CLOCK: join(here.folder, 'clock') }
  setClock(0)
  await here.start(env)
  await here.awake(one)
  numbers = new Numbers(here, one)
  await whileAwake(() => numbers.create())
})
afterAll(() => here.remove())

/** One that may sleep after a second does so before we are connected, if the machine is busy: then once more. */
const whileAwake = <T>(act: () => Promise<T>): Promise<T> =>
  vi.waitFor(async () => {
    await here.serves(one)
    return act()
  }, patience)

const mark = async (): Promise<string> => {
  turn += 1
  const name = `point ${turn}`
  await whileAwake(async () => expect(await here.order(one, 'restore-points', { name })).toBe(201))
  return name
}
const points = async () =>
  ((await here.request('GET', `/branches/${one}/restore-points`)).body as { name: string }[]).map(
    ({ name }) => name,
  )
const undo = async (name: string, rows: readonly number[]) => {
  expect(await here.order(one, 'restore', { target: { restorePoint: name } })).toBe(202)
  expect(await whileAwake(() => numbers.read())).toEqual(rows)
  numbers.goBackTo(rows)
}

describe.each([
  ['forward', 400],
  ['back', -400],
])('a clock that is set %s by %i days', (_way, days) => {
  it('keeps nobody from sleeping, waking, writing and being brought up again', async () => {
    await whileAwake(() => numbers.add())
    setClock(days)
    await whileAwake(() => numbers.add())
    await here.until(one, 'asleep')
    await whileAwake(() => numbers.expectKept())
    const [server] = here.servers(one)
    if (server !== undefined) process.kill(server.pid, 'SIGKILL')
    await whileAwake(() => numbers.expectKept())
    setClock(0)
    await here.until(one, 'asleep')
    await whileAwake(() => numbers.expectKept())
  })

  it('takes no way back away, neither while it is wrong nor when it is right again', async () => {
    const before = await mark()
    const rows = await whileAwake(() => numbers.read())
    await whileAwake(() => numbers.add())
    setClock(days)
    expect(await here.order(one, 'backups')).toBe(201)
    const meanwhile = await mark()
    const then = await whileAwake(() => numbers.read())
    await whileAwake(() => numbers.add())
    await undo(meanwhile, then)
    expect(await points()).toEqual(expect.arrayContaining([before, meanwhile]))
    await undo(before, rows)
    setClock(0)
    expect(await here.order(one, 'backups')).toBe(201)
    const after = await mark()
    await whileAwake(() => numbers.add())
    await undo(after, rows)
    const { window } = (await here.request('GET', `/branches/${one}/backups`)).body as BranchBackups
    expect(Date.parse(window.latest)).toBeLessThan(Date.now() + 60_000)
  })

  it('wakes a branch for its jobs, and lets it sleep when there are none', async () => {
    await whileAwake(() =>
      here.asOwner(one, (pool) =>
        pool.session((session) =>
          session.script(`create extension if not exists pg_cron; drop table if exists ran; create table ran ();
            select cron.schedule('often', '2 seconds', 'insert into public.ran default values')`),
        ),
      ),
    )
    setClock(days)
    const slept = () => here.log.split('branch.asleep').length
    const before = slept()
    await here.order(one, 'sleep')
    // A job that is due at once wakes it in the next moment.
    await vi.waitFor(() => expect(slept()).toBeGreaterThan(before), patience)
    await here.until(one, 'awake')
    await whileAwake(() =>
      here.asOwner(one, (pool) => pool.session((s) => s.script("select cron.unschedule('often')"))),
    )
    await here.until(one, 'asleep')
    setClock(0)
    await whileAwake(() => numbers.expectKept())
  })
})
