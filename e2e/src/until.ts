// Waiting for a condition: the only kind of waiting a test may do.

import { setTimeout as delay } from 'node:timers/promises'

/** The first answer that is neither `undefined` nor `false`; fails with `what` when the time is up. */
export const until = async <T>(
  what: string,
  ask: () => Promise<T | undefined | false>,
  timeoutMs = 30_000,
): Promise<T> => {
  const began = performance.now()
  const deadline = began + timeoutMs
  let last: unknown
  while (performance.now() < deadline) {
    try {
      const answer = await ask()
      if (answer !== undefined && answer !== false) return answer
    } catch (error) {
      last = error
    }
    // What takes long is asked for less often: asking takes processor time, too.
    await delay(Math.min(25 + (performance.now() - began) / 20, 100))
  }
  throw new Error(`Waited ${timeoutMs} ms for: ${what}`, { cause: last })
}
