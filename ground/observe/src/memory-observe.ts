// Observations kept in an array, for tests. A warning or an error that the test did not declare fails it.

import type { Observation, Observe, RequestObservation } from '@plinth/contracts'
import { renderError } from './render-error.ts'

export type MemoryObserver = Observe & {
  /** Everything noticed so far, in order. */
  readonly seen: readonly (Observation | RequestObservation)[]
  /** Declares an event whose warnings and errors are part of this test. */
  readonly expect: (event: string) => void
  /** Throws when something undeclared was noticed as warn or error. */
  readonly check: () => void
}

/**
 * `memoryObserve({ after: afterEach })` checks by itself after each test;
 * `memoryObserve()` leaves calling `check()` to the test.
 */
export const memoryObserve = (
  options: { readonly expected?: readonly string[]; readonly after?: (check: () => void) => void } = {},
): MemoryObserver => {
  const seen: (Observation | RequestObservation)[] = []
  const expected = new Set(options.expected)
  const isUnexpected = (one: Observation | RequestObservation) =>
    (one.level === 'warn' || one.level === 'error') && !expected.has(one.event)
  const describe = (one: Observation | RequestObservation) => {
    const error = 'error' in one && one.error !== undefined ? renderError(one.error) : {}
    return `${one.level} ${one.event} ${JSON.stringify({ ...one.fields, ...error })}`
  }
  const check = () => {
    const unexpected = seen.filter(isUnexpected)
    if (unexpected.length > 0) {
      throw new Error(`The test did not expect:\n${unexpected.map(describe).join('\n')}`)
    }
  }
  options.after?.(check)
  const observe = (one: Observation | RequestObservation) => void seen.push(one)
  return Object.assign(observe, { seen, expect: (event: string) => void expected.add(event), check })
}
