// Which observations become lines: PostgREST's levels, and for requests PostgREST's rule of status.

import type { Level, Observe } from '@plinth/contracts'
import type { LogLevel } from './config/settings.ts'

/** Levels of our own lines: everything critical is an error. */
export const levelOf = (level: LogLevel): Level => (level === 'crit' ? 'error' : level)

const leastStatus: Readonly<Record<LogLevel, number>> = {
  crit: 1000,
  error: 500,
  warn: 400,
  info: 0,
  debug: 0,
}

/** A request's line is written whatever the level, if its status is bad enough for it. */
export const filterRequests =
  (next: Observe, level: () => LogLevel): Observe =>
  (seen) => {
    if (seen.event !== 'request.finished') return next(seen)
    const status = Number(seen.fields?.['status'] ?? 0)
    if (status < leastStatus[level()]) return
    const shown = level() === 'warn' ? 'warn' : level() === 'error' ? 'error' : 'info'
    next({ ...seen, level: shown } as Parameters<Observe>[0])
  }
