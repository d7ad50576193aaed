import { expect, test } from 'vitest'
import { severalAtOnce } from '../../src/recovery/several-at-once.ts'

test('so many at once, until all are done', async () => {
  let [now, most] = [0, 0]
  const done: number[] = []
  await severalAtOnce([1, 2, 3, 4, 5], 2, async (item) => {
    most = Math.max(most, ++now)
    await Promise.resolve()
    now -= 1
    done.push(item)
  })
  expect([most, done]).toEqual([2, [1, 2, 3, 4, 5]])
})

test('after a failure nothing more is begun, and what was under way has ended', async () => {
  const begun: number[] = []
  let isOther = false
  const work = severalAtOnce([1, 2, 3, 4], 2, async (item) => {
    begun.push(item)
    if (item === 1) throw new Error('one')
    await new Promise(setImmediate)
    isOther = true
  })
  await expect(work).rejects.toThrow('one')
  expect([begun, isOther]).toEqual([[1, 2], true])
})
