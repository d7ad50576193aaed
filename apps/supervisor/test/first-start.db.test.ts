// The start of a supervisor that has nothing yet, cut short.

import { describe, expect, it, vi } from 'vitest'
import { refOf, specOf } from './fixtures.ts'
import { Installation, patience } from './installation.ts'

const one = refOf(1)

describe('the very first start', () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)('may be ended by %s at any moment', async (signal) => {
    const fresh = new Installation()
    try {
      const started = fresh.start()
      started.catch(() => undefined)
      // The first server that is seen is that of the template or of the control database, both half made.
      await vi.waitFor(
        () =>
          expect(
            fresh
              .processes()
              .map(({ command }) => command)
              .join(),
          ).toContain('-D'),
        patience,
      )
      process.kill(fresh.supervisor?.pid ?? 0, signal)
      await fresh.supervisor?.exited
      if (signal === 'SIGTERM') expect(fresh.processes()).toEqual([])
      await fresh.start()
      await fresh.put(specOf(one))
      expect((await fresh.wake(one)).status).toBe(200)
    } finally {
      await fresh.remove()
    }
  })
})
