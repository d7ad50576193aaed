// How many passwords are hashed at once. The thread pool has four threads for the whole process: one always stays
// free, so that signing a token never waits behind a row of sign-ins.

import { availableParallelism } from 'node:os'

type Lanes = <T>(work: () => Promise<T>) => Promise<T>

const threads = 4

/** Runs at most `count` things at a time, in order. */
export const makeLanes = (count: number): Lanes => {
  let free = count
  const waiting: (() => void)[] = []
  const leave = () => {
    const next = waiting.shift()
    if (next === undefined) free += 1
    else next()
  }
  return async (work) => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      leave()
    }
  }
}

/** Shared by the process, as the threads are. */
export const hashLanes = makeLanes(Math.min(threads - 1, availableParallelism()))
