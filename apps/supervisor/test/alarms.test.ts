import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Alarms } from '../src/alarms.ts'
import { makeBranch } from './a-branch.ts'

const hourMs = 3_600_000
const now = new Date('2026-03-01T00:00:00Z')
beforeEach(() => void vi.useFakeTimers({ now }))
afterEach(() => void vi.useRealTimers())

const sleepUntil = (due: Date) => {
  const { branch } = makeBranch()
  const woken: Date[] = []
  const alarms = new Alarms({
    nextRun: async () => due,
    wake: async () => void woken.push(new Date()),
  })
  alarms.follow(branch)
  return { alarms, woken }
}
const inHours = (hours: number) => new Date(now.getTime() + hours * hourMs)

it('wakes a branch five seconds before its job is due', async () => {
  const { alarms, woken } = sleepUntil(inHours(30))
  await vi.advanceTimersByTimeAsync(30 * hourMs - 6000)
  expect(woken).toEqual([])
  await vi.advanceTimersByTimeAsync(1000)
  expect(woken).toEqual([new Date(inHours(30).getTime() - 5000)])
  alarms.close()
})

it('is in time when the clock is set forward to shortly before it', async () => {
  const { alarms, woken } = sleepUntil(inHours(30))
  await vi.advanceTimersByTimeAsync(hourMs)
  vi.setSystemTime(new Date(inHours(30).getTime() - 120_000))
  await vi.advanceTimersByTimeAsync(110_000)
  expect(woken).toEqual([])
  await vi.advanceTimersByTimeAsync(5000)
  expect(woken).toHaveLength(1)
  alarms.close()
})

it('does not wake hours too early because the clock was set back', async () => {
  const { alarms, woken } = sleepUntil(inHours(3))
  await vi.advanceTimersByTimeAsync(hourMs)
  vi.setSystemTime(inHours(-2))
  await vi.advanceTimersByTimeAsync(4 * hourMs)
  expect(woken).toEqual([])
  await vi.advanceTimersByTimeAsync(hourMs)
  expect(woken).toHaveLength(1)
  alarms.close()
})
