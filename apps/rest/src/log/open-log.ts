// The log in PostgREST's form: requests on standard output as Apache's combined lines, everything else on standard
// error behind the time. https://docs.postgrest.org/en/v14/references/observability.html

import type { Level, Observation, Observe, RequestObservation } from '@plinth/contracts'
import { toPlinthError } from '@plinth/errors'
import { makeObserve } from '@plinth/observe'
import type { LogLevel, Settings } from '../config/settings.ts'
import { accessLine } from './access-line.ts'
import { debounce } from './debounce.ts'
import { messagesOf } from './messages.ts'
import { logTime } from './time.ts'

/** Everything critical is an error of ours. */
const shown: Readonly<Record<LogLevel, readonly Level[]>> = {
  crit: [],
  error: ['error', 'warn'],
  warn: ['error', 'warn'],
  info: ['error', 'warn'],
  debug: ['error', 'warn', 'info', 'debug'],
}

/** A request's line is written when its status is bad enough; and so are its statements. */
const leastStatus: Readonly<Record<LogLevel, number>> = {
  crit: 1000,
  error: 500,
  warn: 400,
  info: 0,
  debug: 0,
}

/** What an operator is told at every level: how it starts, what it reads, that it ends. */
const isOfTheProgram = (event: string): boolean =>
  /^(?:program|signal|server|admin|settings|catalogue)\.|^database\.(?:listen|notified)|^request\.old_names$/.test(
    event,
  )

const isShown = (seen: Observation | RequestObservation, level: LogLevel): boolean => {
  // Told with more about it as `request.logged`.
  if (seen.event === 'request.finished') return false
  if (seen.event === 'query.run' || seen.event === 'request.logged')
    return Number(seen.fields?.['status'] ?? 0) >= leastStatus[level]
  return isOfTheProgram(seen.event) || shown[level].includes(seen.level)
}

const patienceMs = 20

const isOfFullPool = (seen: Observation | RequestObservation): boolean =>
  seen.event === 'request.failed' && 'error' in seen && toPlinthError(seen.error).code === 'PGRST003'

/** So long a pool that stays full is not told again. */
const poolPauseMs = 5000

/** Settings are asked for at each line: they may change while the program runs. */
export const openLog = (settings: () => Settings): Observe => {
  const requests = makeObserve({ sink: 'stdout', patienceMs, render: (seen) => [accessLine(seen)] })
  const events = makeObserve({
    sink: 'stderr',
    level: 'debug',
    patienceMs,
    render: (seen) => messagesOf(seen, settings()).map((message) => `${logTime(new Date())}: ${message}`),
  })
  let ofFullPool: Observation | RequestObservation | undefined
  const tellFullPool = debounce(poolPauseMs, () => {
    if (ofFullPool !== undefined) events(ofFullPool)
  })
  return (seen) => {
    if (!isShown(seen, settings().log.level)) return
    if (seen.event === 'request.logged') requests(seen)
    else if (isOfFullPool(seen)) {
      ofFullPool = seen
      tellFullPool()
    } else {
      events(seen)
      // Whoever waits for the program to be ready finds written what came before.
      if (isOfTheProgram(seen.event)) events.flush()
    }
  }
}
