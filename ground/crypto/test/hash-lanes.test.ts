// No more at once than there are lanes, in order, and a failure frees its lane.

import { expect, it } from 'vitest'
import { makeLanes } from '../src/hash-lanes.ts'

it('runs as many at once as there are lanes', async () => {
  const lanes = makeLanes(2)
  const order: number[] = []
  let running = 0
  let most = 0
  const work = (number: number) =>
    lanes(async () => {
      running += 1
      most = Math.max(most, running)
      order.push(number)
      await new Promise((resolve) => setImmediate(resolve))
      running -= 1
      if (number === 1) throw new Error('one fails')
      return number
    })
  const results = await Promise.allSettled([0, 1, 2, 3, 4].map(work))
  expect(most).toBe(2)
  expect(order).toEqual([0, 1, 2, 3, 4])
  expect(results.map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
    'fulfilled',
  ])
})
