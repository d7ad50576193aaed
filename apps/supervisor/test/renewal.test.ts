import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { makeBranch, ref } from './a-branch.ts'
import { specOf } from './fixtures.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const calm = () => vi.advanceTimersByTimeAsync(120_000)

describe('a branch', () => {
  it.each(['awake', 'asleep', 'starting'] as const)(
    'that is %s gets another database in place of its own, and callers wait for that one',
    async (status) => {
      const { host, branch } = makeBranch()
      branch.create()
      if (status !== 'starting') await calm()
      if (status === 'asleep') branch.sleep()
      await vi.advanceTimersByTimeAsync(1)
      const spec = specOf(ref, 2)
      branch.take({ ...spec, database: { ...spec.database, edition: 2 } })
      const served = branch.wake('database').then(() => host.edition)
      await calm()
      expect(await served).toBe(2)
      expect(host.wrongs).toEqual([])
    },
  )
})
