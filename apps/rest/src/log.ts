// Which observations become lines: PostgREST's levels, and for requests PostgREST's rule of status.

import type { Level, Observe } from '@plinth/contracts'
import type { LogLevel } from './config/settings.ts'

/** Everything critical is an error of ours. */
const shown: Readonly<Record<LogLevel, readonly Level[]>> = {
  crit: ['error'],
  error: ['error'],
  warn: ['error', 'warn'],
  info: ['error', 'warn', 'info'],
  debug: ['error', 'warn', 'info', 'debug'],
}

/** A request's line is written when its status is bad enough. */
const leastStatus: Readonly<Record<LogLevel, number>> = {
  crit: 1000,
  error: 500,
  warn: 400,
  info: 0,
  debug: 0,
}

/** The level is asked for at each line: it may change while the program runs. */
export const filterLines =
  (write: Observe, level: () => LogLevel): Observe =>
  (seen) => {
    const isShown =
      seen.event === 'request.finished'
        ? Number(seen.fields?.['status'] ?? 0) >= leastStatus[level()]
        : shown[level()].includes(seen.level)
    if (isShown) write(seen)
  }
