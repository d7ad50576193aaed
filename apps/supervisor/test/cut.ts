// How the power goes off in tests: everything of an installation is killed at once while it does something. FAULT_ROUNDS
// says how often each test does so; `npm run bench faults` says it, too.

import { setTimeout as delay } from 'node:timers/promises'
import { vi } from 'vitest'
import type { Installation } from './installation.ts'

const rounds = Number(process.env['FAULT_ROUNDS'] ?? 1)

/** For the tests of the file that calls it: as long as their rounds may take. */
export const allowRounds = (): void => {
  vi.setConfig({ testTimeout: 300_000 + rounds * 60_000 })
}

export const again = async (round: () => Promise<void>): Promise<void> => {
  for (let count = 0; count < rounds; count += 1) await round()
}

/** Everything is killed in the middle of `act`, at a moment up to `withinMs` after it began; then it starts again. */
export const cutWhile = async (
  here: Installation,
  withinMs: number,
  act: () => Promise<unknown>,
  env?: Readonly<Record<string, string>>,
): Promise<void> => {
  const began = act()
  await delay(Math.random() * withinMs)
  await here.cutPower()
  await began
  await here.start(env)
}

/** What an order came to; nothing when the power went off before its answer. */
export const answered = <T>(order: Promise<T>): Promise<T | undefined> => order.catch(() => undefined)
