// For how long what was deleted is kept, by a clock that somebody sets.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type Deleted, openDeleted } from '../src/deleted.ts'
import { refOf } from './fixtures.ts'

const dayMs = 86_400_000
const ref = refOf(1)
let folder: string
let deleted: Deleted

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] })
  folder = mkdtempSync(join(tmpdir(), 'deleted-'))
  deleted = await openDeleted(join(folder, 'deleted'), dayMs)
  const home = join(folder, 'home')
  mkdirSync(join(home, 'data'), { recursive: true })
  writeFileSync(join(home, 'data/PG_VERSION'), '17')
  await deleted.keep(ref, home)
})
afterEach(() => {
  vi.useRealTimers()
  rmSync(folder, { recursive: true })
})

const overOnes = async () => (await deleted.list()).filter(deleted.isOver).map((one) => one.ref)

it('a day, and not longer', async () => {
  vi.advanceTimersByTime(dayMs - 1000)
  expect(await overOnes()).toEqual([])
  vi.advanceTimersByTime(2000)
  expect(await overOnes()).toEqual([ref])
})

it.each([400, -400])('a day too when the clock is set by %i days meanwhile', async (days) => {
  vi.setSystemTime(Date.now() + days * dayMs)
  expect(await overOnes()).toEqual([])
  vi.advanceTimersByTime(dayMs + 1000)
  expect(await overOnes()).toEqual([ref])
})
