// Waiting for a condition: the only kind of waiting a test may do.

import { setTimeout as delay } from 'node:timers/promises'

/** The first answer that is neither `undefined` nor `false`; fails with `what` when the time is up. */
export const until = async <T>(
  what: string,
  ask: () => Promise<T | undefined | false>,
  timeoutMs = 30_000,
): Promise<T> => {
  const deadline = performance.now() + timeoutMs
  let last: unknown
  while (performance.now() < deadline) {
    try {
      const answer = await ask()
      if (answer !== undefined && answer !== false) return answer
    } catch (error) {
      last = error
    }
    await delay(25)
  }
  throw new Error(`Waited ${timeoutMs} ms for: ${what}`, { cause: last })
}
