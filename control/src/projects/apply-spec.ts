// Tells the host to look at a spec. There is no list of commands to lose: what is sent is always the newest
// spec, and what was missed is found again by `reconcile`.

import { setTimeout as wait } from 'node:timers/promises'
import type { Observe } from '@plinth/contracts'
import type { Pool } from '@plinth/postgres'
import type { Supervisor } from '../supervisor/supervisor.ts'
import { getSpec } from './spec.ts'

export type Applier = {
  /** Returns after the first attempt; goes on in the background when that one failed. */
  readonly apply: (ref: string) => Promise<void>
  readonly close: () => void
}

type ApplierDeps = {
  readonly db: Pool
  readonly key: Buffer
  readonly supervisor: Supervisor
  readonly observe: Observe
}

const firstPauseMs = 250
const longestPauseMs = 5000

export const makeApplier = ({ db, key, supervisor, observe }: ApplierDeps): Applier => {
  const closing = new AbortController()
  const retrying = new Set<string>()

  const attempt = async (ref: string): Promise<boolean> => {
    try {
      await supervisor.put(await getSpec(db, key, ref))
      return true
    } catch (error) {
      if (!closing.signal.aborted) observe({ level: 'warn', event: 'spec.not_applied', ref, error })
      return false
    }
  }

  const keepTrying = async (ref: string): Promise<void> => {
    let pause = firstPauseMs
    do {
      await wait(pause, undefined, { signal: closing.signal, ref: false }).catch(() => undefined)
      pause = Math.min(pause * 2, longestPauseMs)
    } while (!closing.signal.aborted && !(await attempt(ref)))
    retrying.delete(ref)
  }

  return {
    apply: async (ref) => {
      if ((await attempt(ref)) || retrying.has(ref)) return
      retrying.add(ref)
      void keepTrying(ref)
    },
    close: () => closing.abort(),
  }
}
