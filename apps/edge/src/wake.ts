// Third step of a request: a branch that is not awake is woken by the supervisor; requests that come meanwhile share one
// wake. Where many are woken at once each waits for its turn, however long that takes; what is limited is the time that a
// start takes, and the silence of a supervisor.

import { BranchAddress, StillWaking, type WakeWish } from '@plinth/contracts'
import type { Answer, UnixClient } from '@plinth/http'
import { z } from 'zod'
import { errors } from './errors.ts'

export type Wake = (ref: string) => Promise<BranchAddress>

const Refusal = z.object({ code: z.string(), message: z.string() })

export type WakeOptions = {
  readonly supervisor: Pick<UnixClient, 'request'>
  /** What is needed: everything, its database at least, or its database and pooler. */
  readonly what?: 'everything' | 'database' | 'pooler'
  /** Longest time a start may take, and longest silence of the supervisor, in seconds. */
  readonly seconds?: number
  /** How often the supervisor says how far a wake is. */
  readonly everySeconds?: number
}

/** Throws PlinthError when the branch cannot be woken; its message is for the caller. */
export const makeWake = ({
  supervisor,
  what = 'everything',
  seconds = 30,
  everySeconds = 5,
}: WakeOptions): Wake => {
  const waking = new Map<string, Promise<BranchAddress>>()
  const wish: WakeWish = {
    answerWithin: everySeconds,
    ...(what !== 'everything' && { part: 'database' as const }),
  }

  const post = async (ref: string, path: string, body?: WakeWish): Promise<Answer> => {
    const started = performance.now()
    const silence = { timeoutMs: (seconds + everySeconds) * 1000 }
    const answer = await supervisor
      .request('POST', `/branches/${ref}/${path}`, body, silence)
      .catch(() => undefined)
    if (answer !== undefined) return answer
    const wasSilent = performance.now() - started >= seconds * 1000
    throw wasSilent ? errors.wakeTooLong(ref, seconds) : errors.notServing(ref)
  }

  const takeAddress = (ref: string, { status, body }: Answer): BranchAddress => {
    if (status === 200) return BranchAddress.parse(body)
    const refusal = Refusal.safeParse(body)
    throw refusal.success
      ? errors.cannotWake(refusal.data.code, refusal.data.message)
      : errors.notServing(ref)
  }

  const untilAwake = async (ref: string): Promise<BranchAddress> => {
    let turnCame = performance.now()
    for (;;) {
      const answer = await post(ref, 'wake', wish)
      if (answer.status !== 202) return takeAddress(ref, answer)
      if (StillWaking.parse(answer.body).inLine) turnCame = performance.now()
      else if (performance.now() - turnCame >= seconds * 1000) throw errors.wakeTooLong(ref, seconds)
    }
  }

  const ask = async (ref: string): Promise<BranchAddress> => {
    const address = await untilAwake(ref)
    return what === 'pooler' ? takeAddress(ref, await post(ref, 'pooler')) : address
  }

  return (ref) => {
    const known = waking.get(ref)
    if (known !== undefined) return known
    const wake = ask(ref).finally(() => waking.delete(ref))
    waking.set(ref, wake)
    return wake
  }
}
