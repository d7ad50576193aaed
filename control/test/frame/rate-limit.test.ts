// Counting in windows of a minute.

import { expect, test } from 'vitest'
import { makeRateLimit } from '../../src/frame/rate-limit.ts'

test('counts each key, and forgets with the minute', () => {
  let now = 60_000
  const limits = makeRateLimit(() => now)
  expect(limits.take('a', 2)).toEqual({ limit: 2, remaining: 1, reset: 60, isExceeded: false })
  now += 30_000
  expect(limits.take('a', 2)).toEqual({ limit: 2, remaining: 0, reset: 30, isExceeded: false })
  expect(limits.take('a', 2).isExceeded).toBe(true)
  expect(limits.take('b', 2).isExceeded).toBe(false)
  now += 30_000
  expect(limits.take('a', 2)).toEqual({ limit: 2, remaining: 1, reset: 60, isExceeded: false })
})
