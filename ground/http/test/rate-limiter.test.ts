// Token buckets against a clock of their own.

import { expect, test } from 'vitest'
import { makeRateLimiter } from '../src/index.ts'

test('allows the burst, then the rate, and says how long to wait', () => {
  let now = 0
  const limiter = makeRateLimiter({ burst: 2, perSecond: 0.5 }, () => now)
  const take = () => limiter.take('a')
  expect([take(), take(), take(), take()]).toEqual([0, 0, 2, 2])
  now = 1000
  expect(take()).toBe(1)
  now = 2000
  expect([take(), take()]).toEqual([0, 2])
})

test('keys do not share, and a long rest gives no more than the burst', () => {
  let now = 0
  const limiter = makeRateLimiter({ burst: 1, perSecond: 1 }, () => now)
  expect([limiter.take('a'), limiter.take('b'), limiter.take('a')]).toEqual([0, 0, 1])
  now = 60_000
  expect([limiter.take('a'), limiter.take('a')]).toEqual([0, 1])
})

test('a clock that is set back makes nobody wait for it', () => {
  let now = 7_200_000
  const limiter = makeRateLimiter({ burst: 2, perSecond: 1 }, () => now)
  expect(limiter.take('a')).toBe(0)
  now = 0
  expect([limiter.take('a'), limiter.take('a')]).toEqual([0, 1])
  now = 1000
  expect(limiter.take('a')).toBe(0)
})

test('forgets the keys that were quiet longest', () => {
  const limiter = makeRateLimiter({ burst: 1, perSecond: 1 }, () => 0)
  for (let key = 0; key <= 10_000; key++) limiter.take(String(key))
  expect([limiter.take('10000'), limiter.take('0')]).toEqual([1, 0])
})
