// Work that is done again and again, one round at a time, and what is said of it when it fails.

import { setTimeout as delay } from 'node:timers/promises'
import type { Observe } from '@plinth/contracts'
import { isPlinthError } from '@plinth/errors'

/** Waits for the work, but not longer. */
export const within = async (ms: number, work: Promise<unknown>): Promise<void> => {
  const over = new AbortController()
  await Promise.race([work, delay(ms, undefined, { signal: over.signal }).catch(() => undefined)])
  over.abort()
}

/** What the operator can do about it. */
const hintOf = (error: unknown): { readonly hint?: string } =>
  isPlinthError(error) && error.hint !== undefined ? { hint: error.hint } : {}

const isAborted = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError'

/** One at a time, however many ask. */
export const inTurn = (work: () => Promise<void>): (() => Promise<void>) => {
  let turn: Promise<void> = Promise.resolve()
  return () => {
    const mine = turn.then(work)
    turn = mine.catch(() => undefined)
    return mine
  }
}

type Events = { readonly failed: string; readonly resumed: string }

/** An outage is said once, and once more when it is over. */
export const makeReport = (observe: Observe, { failed, resumed }: Events) => {
  let isAway = false
  return {
    isAway: () => isAway,
    watch: async (work: Promise<void>): Promise<void> => {
      try {
        await work
        if (isAway) observe({ level: 'info', event: resumed })
        isAway = false
      } catch (error) {
        if (isAborted(error)) return
        if (!isAway) observe({ level: 'error', event: failed, error, fields: hintOf(error) })
        isAway = true
      }
    },
  }
}

/** Gives the pause before the next time. */
type Round = () => Promise<number>

/** Until it is told to end; it is not ended in the middle of its work. */
export const repeat = async (work: Round, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    const pause = await work()
    await delay(pause, undefined, { signal }).catch(() => undefined)
  }
}

/** Whether it is the bucket that cannot be used: then there is no need to try the next database. */
export const isOfBucket = (error: unknown): boolean => isPlinthError(error) && error.code === 'bucket_refused'
