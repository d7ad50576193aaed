// Third step of a request: a branch that is not awake is woken by the supervisor; requests that come
// meanwhile share one wake, and none of them waits for ever.

import { BranchAddress, type WakeWish } from '@plinth/contracts'
import type { UnixClient } from '@plinth/http'
import { z } from 'zod'
import { errors } from './errors.ts'

export type Wake = (ref: string) => Promise<BranchAddress>

const Refusal = z.object({ code: z.string(), message: z.string() })

export type WakeOptions = {
  readonly supervisor: Pick<UnixClient, 'request'>
  /** What is needed: everything, its database at least, or its database and pooler. */
  readonly what?: 'everything' | 'database' | 'pooler'
  /** Longest wait of a request, in seconds. */
  readonly seconds?: number
}

/** Throws PlinthError when the branch cannot be woken; its message is for the caller. */
export const makeWake = ({ supervisor, what = 'everything', seconds = 30 }: WakeOptions): Wake => {
  const wish: WakeWish | undefined = what === 'database' ? { part: what } : undefined
  const waking = new Map<string, Promise<BranchAddress>>()

  const ask = async (ref: string): Promise<BranchAddress> => {
    const started = performance.now()
    const timeoutMs = seconds * 1000
    const answer = await supervisor
      .request('POST', `/branches/${ref}/${what === 'pooler' ? what : 'wake'}`, wish, { timeoutMs })
      .catch(() => undefined)
    if (answer?.status === 200) return BranchAddress.parse(answer.body)
    if (answer === undefined)
      throw performance.now() - started < timeoutMs
        ? errors.notServing(ref)
        : errors.wakeTooLong(ref, seconds)
    const refusal = Refusal.safeParse(answer.body)
    throw refusal.success
      ? errors.cannotWake(refusal.data.code, refusal.data.message)
      : errors.notServing(ref)
  }

  return (ref) => {
    const known = waking.get(ref)
    if (known !== undefined) return known
    const wake = ask(ref).finally(() => waking.delete(ref))
    waking.set(ref, wake)
    return wake
  }
}
