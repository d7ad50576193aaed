// The pause before trying again: 50 ms doubling to 2 s, with a little chance so that many do not come at once.

import { setTimeout as sleep } from 'node:timers/promises'

export const backOff = async (failures: number, signal: AbortSignal): Promise<void> => {
  const pause = Math.min(2000, 25 * 2 ** failures)
  await sleep(pause * (0.75 + Math.random() / 2), undefined, { signal }).catch(() => undefined)
}
