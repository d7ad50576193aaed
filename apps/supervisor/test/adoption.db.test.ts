// What a supervisor finds when the one before it was killed: branches that serve, halves, and remains.

import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive } from '@plinth/process'
import { describe, expect, it, vi } from 'vitest'
import { eachInstallation } from './each-installation.ts'
import { refOf, specOf } from './fixtures.ts'
import { type Installation, patience } from './installation.ts'

const [one, two] = [refOf(1), refOf(2)]
let here: Installation
eachInstallation((made) => {
  here = made
})

describe('kill -9 of the supervisor', () => {
  it('leaves branches serving, and the next one takes them over as they are', async () => {
    await here.awake(one, two)
    await here.request('POST', `/branches/${two}/sleep`)
    await here.until(two, 'asleep')
    const pids = () => [...here.servers(one), ...here.servers('_system')].map(({ pid }) => pid)
    const before = pids()
    const stack = await here.ask(one)
    await here.kill()
    expect(await here.ask(one)).toEqual(stack)
    await here.start()
    expect(await here.report(one)).toMatchObject({ status: 'awake' })
    expect(await here.report(two)).toMatchObject({ status: 'asleep' })
    expect(await here.ask(one)).toEqual(stack)
    expect(before).toHaveLength(2)
    expect(pids()).toEqual(before)
  })

  it('takes nothing from what was adopted: it is given new specs, put to sleep, healed and removed', async () => {
    await here.awake(one)
    await here.kill()
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
    await here.awake(one, two)
    const [stackOfOne, stackOfTwo] = [await here.ask(one), await here.ask(two)]
    const pidOfOne = here.servers(one)[0]?.pid
    await here.kill()
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
    await here.kill()
    await here.start()
    expect((await here.wake(one)).status).toBe(200)
    expect(here.servers(one)).toHaveLength(1)
  })

  it('while a branch is being removed: the removal is finished', async () => {
    await here.awake(one)
    await here.put(specOf(one, 2, { desired: 'removed' }))
    await here.kill()
    await here.start()
    const isGone = () => !existsSync(join(here.data, 'clusters', one)) && !existsSync(join(here.run, one))
    await vi.waitFor(() => expect(isGone()).toBe(true), patience)
    expect(here.servers(one)).toEqual([])
  })

  it('leaves spares and branches without a spec, which are ended by the next; their data is kept', async () => {
    await here.awake(one)
    const [server] = here.servers(one)
    const find = () =>
      here.processes().filter(({ command }) => command.includes('spare-') || command === server?.command)
    // Server and stack of the branch, and the spare that comes when both are up.
    await vi.waitFor(() => expect(find()).toHaveLength(3), patience)
    await here.kill()
    const orphans = find()
    rmSync(join(here.data, 'specs', `${one}.sealed`))
    await here.start()
    for (const { pid } of orphans) expect(isAlive(pid)).toBe(false)
    expect(existsSync(join(here.run, one))).toBe(false)
    expect(existsSync(join(here.data, 'clusters', one, 'data/PG_VERSION'))).toBe(true)
  })
})
