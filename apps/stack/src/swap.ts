// Newer specs become newer stack values: built beside the running one, exchanged, and the old one let go.

import type { Observe, StackPlace, StackSpec } from '@plinth/contracts'
import type { Outbound } from '@plinth/http'
import { openDatabase, sharesDatabase } from './database.ts'
import { stackErrors } from './errors.ts'
import type { Front } from './front.ts'
import { openStack, type Stack } from './stack.ts'

export type Swap = {
  /** Resolves when this spec, or a newer one, is served. Same or older versions change nothing. */
  readonly take: (spec: StackSpec) => Promise<void>
  readonly current: () => StackSpec | undefined
  /** Before the front is stopped: whoever waits for a database that does not come is told so. */
  readonly giveUp: () => void
  /** After the front has stopped: lets go of the database. */
  readonly close: () => Promise<void>
}

type SwapDeps = {
  readonly front: Front
  readonly place: StackPlace
  readonly observe: Observe
  readonly outbound: Outbound | undefined
}

export const makeSwap = ({ front, place, observe, outbound }: SwapDeps): Swap => {
  const ending = new AbortController()
  let current: Stack | undefined
  let last: Promise<void> = Promise.resolve()
  let closing: Promise<void> = Promise.resolve()

  const open = async (spec: StackSpec): Promise<Stack> => {
    const kept = current !== undefined && sharesDatabase(current.spec, spec) ? current.database : undefined
    const database = kept ?? openDatabase(spec, place, observe)
    try {
      const isReplacement = current !== undefined
      return await openStack(spec, { database, observe, outbound, signal: ending.signal, isReplacement })
    } catch (error) {
      if (kept === undefined) await database.close()
      throw error
    }
  }

  // One after the other, so that a database is closed when the last value that used it is.
  const letGo = (old: Stack, next: Stack, exchanged: Promise<void>): void => {
    closing = closing
      .then(() => exchanged)
      .then(() => (old.database === next.database ? undefined : old.database.close()))
      .catch((error: unknown) => observe({ level: 'error', event: 'stack.close_failed', error }))
  }

  const exchange = async (spec: StackSpec): Promise<void> => {
    if (current !== undefined && current.spec.version >= spec.version) return
    const started = performance.now()
    const old = current
    const next = await open(spec)
    current = next
    const exchanged = front.exchange(next)
    const ms = Math.round(performance.now() - started)
    observe({ level: 'info', event: 'spec.served', fields: { version: spec.version, ms } })
    // Not awaited: the new value serves already, the old one may have a long request to finish.
    if (old !== undefined) letGo(old, next, exchanged)
  }

  return {
    take: (spec) => {
      if (current !== undefined && current.spec.ref !== spec.ref) {
        return Promise.reject(stackErrors.wrongBranch(current.spec.ref, spec.ref))
      }
      // One after the other; a failed one does not hold up the next.
      last = last.catch(() => undefined).then(() => exchange(spec))
      return last
    },
    current: () => current?.spec,
    giveUp: () => ending.abort(),
    close: async () => {
      await last.catch(() => undefined)
      await closing
      await current?.database.close()
    },
  }
}
