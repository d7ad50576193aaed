// A supervisor that is told to stop, that is not alone, or that finds a branch in disorder.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { eachInstallation } from './each-installation.ts'
import { refOf, specOf } from './fixtures.ts'
import { type Installation, patience } from './installation.ts'

const [one, two, three] = [refOf(1), refOf(2), refOf(3)]
let here: Installation
eachInstallation((made) => {
  here = made
})

describe('SIGTERM', () => {
  it('stops everything, leaves no process, and what was awake can be woken again', async () => {
    await here.awake(one, two)
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

describe('a second supervisor', () => {
  it('says who is there and ends; the first goes on', async () => {
    await here.awake(one)
    const before = here.servers(one)
    const second = await here.launch()
    expect(await second.exited).toEqual({ code: 1, signal: null })
    expect(here.log).toContain(`Another supervisor (process ${here.supervisor?.pid})`)
    expect((await here.wake(one)).status).toBe(200)
    expect(here.servers(one)).toEqual(before)
  })
})

describe('a damaged spec', () => {
  it('breaks its own branch only, which says so, and a new spec repairs it', async () => {
    await here.awake(one, two)
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
