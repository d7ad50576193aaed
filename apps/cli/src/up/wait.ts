// Waiting for a program to say that it is ready.

import { setTimeout as delay } from 'node:timers/promises'

const lookEvery = 20

/** Asks until the answer is yes, or the time is up (`false`). A question that fails counts as a no. */
export const waitUntil = async (ask: () => Promise<boolean>, timeoutMs: number): Promise<boolean> => {
  const deadline = performance.now() + timeoutMs
  while (performance.now() < deadline) {
    if (await ask().catch(() => false)) return true
    await delay(lookEvery)
  }
  return false
}

/** Whether `GET /health` on a unix socket or at an address answers 200. */
export const isHealthy = async (url: string): Promise<boolean> => {
  const reply = await fetch(`${url}/health`, { signal: AbortSignal.timeout(2_000) })
  await reply.arrayBuffer()
  return reply.ok
}
