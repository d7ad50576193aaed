import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Branch } from '../src/branch.ts'
import { makeBranch } from './a-branch.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('a branch without traffic', () => {
  const idleMs = 300_000
  const made = async (size = 'nano') => {
    const parts = makeBranch({ idleMs, size })
    parts.branch.create()
    await vi.advanceTimersByTimeAsync(1000)
    parts.statuses.length = 0
    return parts
  }

  it('goes to sleep when its time is over, and no sooner', async () => {
    const { branch, statuses, host } = await made()
    await vi.advanceTimersByTimeAsync(idleMs - 2000)
    expect(branch.status).toBe('awake')
    await vi.advanceTimersByTimeAsync(4000)
    expect(statuses).toEqual(['dozing', 'stopping', 'asleep'])
    expect([host.postgres, host.stack]).toEqual([false, false])
  })

  it('neither sleeps sooner nor later because the clock is set', async () => {
    const { branch } = await made()
    vi.setSystemTime(Date.now() + 10 * idleMs)
    await vi.advanceTimersByTimeAsync(idleMs - 2000)
    expect(branch.status).toBe('awake')
    vi.setSystemTime(0)
    await vi.advanceTimersByTimeAsync(4000)
    expect(branch.status).toBe('asleep')
  })

  it('stays awake while it is touched now and then', async () => {
    const { branch, statuses } = await made()
    for (let minute = 0; minute < 20; minute += 1) {
      await vi.advanceTimersByTimeAsync(60_000)
      branch.traffic.touch()
    }
    expect([branch.status, statuses]).toEqual(['awake', []])
  })

  it.each([
    ['a touch', (branch: Branch) => branch.traffic.touch()],
    ['a wake', (branch: Branch) => void branch.wake()],
  ])('is awake again at once by %s while it dozes', async (_what, act) => {
    const { branch, statuses, host } = await made()
    await vi.advanceTimersByTimeAsync(idleMs - 500)
    expect(branch.status).toBe('dozing')
    act(branch)
    expect(branch.status).toBe('awake')
    await vi.advanceTimersByTimeAsync(10_000)
    expect(statuses).toEqual(['dozing', 'awake'])
    expect(host.starts).toBe(1)
  })

  it('stays awake while it is held, and a while after', async () => {
    const { branch } = await made()
    branch.traffic.hold('work', 20 * idleMs)
    await vi.advanceTimersByTimeAsync(1.5 * idleMs)
    branch.traffic.release('work')
    await vi.advanceTimersByTimeAsync(idleMs - 1000)
    expect(branch.status).toBe('awake')
    await vi.advanceTimersByTimeAsync(3000)
    expect(branch.status).toBe('asleep')
  })

  it('stays awake while it has something to do by itself', async () => {
    const { branch, host } = await made()
    host.busy = true
    await vi.advanceTimersByTimeAsync(3 * idleMs)
    expect(branch.status).toBe('awake')
    host.busy = false
    await vi.advanceTimersByTimeAsync(idleMs + 3000)
    expect(branch.status).toBe('asleep')
  })

  it('sleeps although it is held for ever by somebody who died', async () => {
    const { branch } = await made()
    branch.traffic.hold('work', idleMs)
    await vi.advanceTimersByTimeAsync(2 * idleMs)
    expect(branch.status).toBe('asleep')
  })

  it('stays up when it is larger than nano', async () => {
    const { branch, statuses } = await made('micro')
    await vi.advanceTimersByTimeAsync(10 * idleMs)
    expect([branch.status, statuses]).toEqual(['awake', []])
  })
})
