// What a supervisor finds when it comes up again: after kill -9, beside another one, with a damaged spec.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive } from '@plinth/process'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { refOf, specOf } from './fixtures.ts'
import { Installation, patience } from './installation.ts'

// Every test starts two supervisors and their processes.
vi.setConfig({ testTimeout: 60_000 })

const [one, two, three] = [refOf(1), refOf(2), refOf(3)]
/** Builds the templates that all others start with. */
let first: Installation
let here: Installation
beforeAll(async () => {
  first = new Installation()
  await first.start()
  await first.put(specOf(one))
  await first.wake(one)
  await first.stop()
})
afterAll(() => first.remove())
beforeEach(async () => {
  here = new Installation(join(first.data, 'templates'))
  await here.start()
})
afterEach(() => here.remove())

const awake = async (...refs: readonly (typeof one)[]): Promise<void> => {
  for (const ref of refs) await here.put(specOf(ref))
  for (const ref of refs) expect((await here.wake(ref)).status).toBe(200)
}

const killSupervisor = async (): Promise<void> => {
  process.kill(here.supervisor?.pid ?? 0, 'SIGKILL')
  await here.supervisor?.exited
}

describe('SIGTERM', () => {
  it('stops everything, leaves no process, and what was awake can be woken again', async () => {
    await awake(one, two)
    process.kill(here.supervisor?.pid ?? 0, 'SIGTERM')
    expect(await here.supervisor?.exited).toEqual({ code: 0, signal: null })
    expect(here.processes()).toEqual([])
    expect(readdirSync(here.run).filter((name) => name.endsWith('sock'))).toEqual([])
    await here.start()
    expect(await here.report(one)).toMatchObject({ status: 'asleep' })
    expect((await here.wake(one)).status).toBe(200)
  })

  it('also while branches are being made', async () => {
    for (const ref of [one, two, three]) await here.put(specOf(ref))
    process.kill(here.supervisor?.pid ?? 0, 'SIGTERM')
    expect(await here.supervisor?.exited).toEqual({ code: 0, signal: null })
    expect(here.processes()).toEqual([])
    await here.start()
    for (const ref of [one, two, three]) expect((await here.wake(ref)).status).toBe(200)
  })
})

describe('the very first start', () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)('may be ended by %s at any moment', async (signal) => {
    const fresh = new Installation()
    try {
      const started = fresh.start()
      started.catch(() => undefined)
      // The first server that is seen is that of the template or of the control database, both half made.
      await vi.waitFor(
        () =>
          expect(
            fresh
              .processes()
              .map(({ command }) => command)
              .join(),
          ).toContain('-D'),
        patience,
      )
      process.kill(fresh.supervisor?.pid ?? 0, signal)
      await fresh.supervisor?.exited
      if (signal === 'SIGTERM') expect(fresh.processes()).toEqual([])
      await fresh.start()
      await fresh.put(specOf(one))
      expect((await fresh.wake(one)).status).toBe(200)
    } finally {
      await fresh.remove()
    }
  })
})

describe('kill -9 of the supervisor', () => {
  it('leaves branches serving, and the next one takes them over as they are', async () => {
    await awake(one, two)
    await here.request('POST', `/branches/${two}/sleep`)
    await here.until(two, 'asleep')
    const pids = () => [...here.servers(one), ...here.servers('_system')].map(({ pid }) => pid)
    const before = pids()
    const stack = await here.ask(one)
    await killSupervisor()
    expect(await here.ask(one)).toEqual(stack)
    await here.start()
    expect(await here.report(one)).toMatchObject({ status: 'awake' })
    expect(await here.report(two)).toMatchObject({ status: 'asleep' })
    expect(await here.ask(one)).toEqual(stack)
    expect(before).toHaveLength(2)
    expect(pids()).toEqual(before)
  })

  it('takes nothing from what was adopted: it is given new specs, put to sleep, healed and removed', async () => {
    await awake(one)
    await killSupervisor()
    await here.start()
    await here.put(specOf(one, 2))
    await vi.waitFor(async () => expect(await here.ask(one)).toMatchObject({ version: 2 }), patience)
    process.kill(here.servers(one)[0]?.pid ?? 0, 'SIGKILL')
    await vi.waitFor(() => expect(here.servers(one)).toEqual([]), patience)
    await vi.waitFor(() => expect(here.servers(one)).toHaveLength(1), patience)
    expect((await here.wake(one)).status).toBe(200)
    await here.request('POST', `/branches/${one}/sleep`)
    await here.until(one, 'asleep')
    expect(here.servers(one)).toEqual([])
    await here.put(specOf(one, 3, { desired: 'removed' }))
    await vi.waitFor(async () =>
      expect(await here.request('GET', `/branches/${one}`)).toMatchObject({ status: 404 }),
    )
  })

  it('and of half a branch: the missing half is started', async () => {
    await awake(one, two)
    const [stackOfOne, stackOfTwo] = [await here.ask(one), await here.ask(two)]
    const pidOfOne = here.servers(one)[0]?.pid
    await killSupervisor()
    process.kill(stackOfOne.pid, 'SIGKILL')
    process.kill(here.servers(two)[0]?.pid ?? 0, 'SIGKILL')
    await here.start()
    for (const ref of [one, two]) expect((await here.wake(ref)).status).toBe(200)
    expect(here.servers(one)).toMatchObject([{ pid: pidOfOne }])
    expect((await here.ask(two)).pid).toBe(stackOfTwo.pid)
    expect(here.servers(two)).toHaveLength(1)
  })

  it('while a branch is being made: it is made anew', async () => {
    await here.put(specOf(one))
    await killSupervisor()
    await here.start()
    expect((await here.wake(one)).status).toBe(200)
    expect(here.servers(one)).toHaveLength(1)
  })

  it('while a branch is being removed: the removal is finished', async () => {
    await awake(one)
    await here.put(specOf(one, 2, { desired: 'removed' }))
    await killSupervisor()
    await here.start()
    const isGone = () => !existsSync(join(here.data, 'clusters', one)) && !existsSync(join(here.run, one))
    await vi.waitFor(() => expect(isGone()).toBe(true), patience)
    expect(here.servers(one)).toEqual([])
  })

  it('leaves spares and branches without a spec, which are ended by the next; their data is kept', async () => {
    await awake(one)
    await killSupervisor()
    const [server] = here.servers(one)
    const orphans = here
      .processes()
      .filter(({ command }) => command.includes('spare-') || command === server?.command)
    expect(orphans.length).toBeGreaterThan(2)
    rmSync(join(here.data, 'specs', `${one}.sealed`))
    await here.start()
    for (const { pid } of orphans) expect(isAlive(pid)).toBe(false)
    expect(existsSync(join(here.run, one))).toBe(false)
    expect(existsSync(join(here.data, 'clusters', one, 'data/PG_VERSION'))).toBe(true)
  })
})

describe('a second supervisor', () => {
  it('says who is there and ends; the first goes on', async () => {
    await awake(one)
    const before = here.processes()
    const second = await here.launch()
    expect(await second.exited).toEqual({ code: 1, signal: null })
    expect(here.log).toContain(`Another supervisor (process ${here.supervisor?.pid})`)
    expect((await here.wake(one)).status).toBe(200)
    expect(here.servers(one)).toEqual(before.filter(({ command }) => command.includes(`clusters/${one}/`)))
  })
})

describe('a damaged spec', () => {
  it('breaks its own branch only, which says so, and a new spec repairs it', async () => {
    await awake(one, two)
    await here.stop()
    const file = join(here.data, 'specs', `${one}.sealed`)
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, -8))
    await here.start()
    expect(await here.report(one)).toMatchObject({
      status: 'broken',
      reason: expect.stringContaining('cannot be read'),
    })
    expect(await here.wake(one)).toMatchObject({ status: 503, body: { code: 'branch_broken' } })
    expect((await here.wake(two)).status).toBe(200)
    await here.put(specOf(one, 1))
    expect((await here.wake(one)).status).toBe(200)
  })
})

describe('a branch that cannot be made', () => {
  it('says why in plain words and can be removed', async () => {
    // A folder where its data should go, with something in it that is not its data.
    const inTheWay = join(here.data, 'clusters', one)
    writeFileSync(inTheWay, '')
    await here.put(specOf(one))
    expect(await here.wake(one)).toMatchObject({ status: 503, body: { code: 'branch_broken' } })
    const { status, reason } = await here.report(one)
    expect([status, reason]).toEqual(['broken', expect.stringMatching(/^[A-Z][^/]*\.$/)])
    await here.put(specOf(one, 2, { desired: 'removed' }))
    await vi.waitFor(
      async () => expect(await here.request('GET', `/branches/${one}`)).toMatchObject({ status: 404 }),
      patience,
    )
    expect(existsSync(inTheWay)).toBe(false)
    mkdirSync(inTheWay)
    await here.put(specOf(one, 1))
    expect((await here.wake(one)).status).toBe(200)
  })
})
