import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { debounce } from '../../src/log/debounce.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('acts at once, once more after a burst, and then again at once', () => {
  let count = 0
  const notice = debounce(5000, () => {
    count += 1
  })
  for (let time = 0; time < 6; time += 1) notice()
  expect(count).toBe(1)
  vi.advanceTimersByTime(5000)
  expect(count).toBe(2)
  vi.advanceTimersByTime(5000)
  expect(count).toBe(2)
  notice()
  expect(count).toBe(3)
})
