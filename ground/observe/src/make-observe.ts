// Observations → JSON lines on standard output or in a file, buffered; a warning or an error is written at once.

import { mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Level, Observation, Observe, RequestObservation } from '@plinth/contracts'
import { pino } from 'pino'
import { renderError } from './render-error.ts'

export type MakeObserve = {
  /** `stdout`, or the path of a file that lines are appended to (its folder is made). */
  readonly sink: 'stdout' | { readonly file: string }
  readonly level?: Level
  /** Name of the process, on every line. */
  readonly process?: string
  /** The branch this process serves, on every line that names no other. */
  readonly ref?: string
}

/** `observe(what)`, with `flush()` for the moment before a deliberate exit. */
export type Observer = Observe & { readonly flush: () => void }

/** How long an ordinary line may stay in the buffer. A process that has nothing to say is not woken. */
const patienceMs = 1000
const bufferBytes = 4096

/** Opened at once, so that lines of the first moments survive a crash. */
const openFile = (file: string): number => {
  mkdirSync(dirname(file), { recursive: true })
  return openSync(file, 'a', 0o640)
}

const line = (seen: Observation | RequestObservation, ref: string | undefined) => ({
  event: seen.event,
  ref: seen.ref ?? ref,
  ...seen.fields,
  ...('error' in seen && seen.error !== undefined ? renderError(seen.error) : undefined),
})

/** Opens the sink. Whatever is still buffered when the process exits is written then. */
export const makeObserve = (options: MakeObserve): Observer => {
  const destination = pino.destination({
    dest: options.sink === 'stdout' ? 1 : openFile(options.sink.file),
    sync: false,
    minLength: bufferBytes,
  })
  const logger = pino(
    {
      level: options.level ?? 'info',
      base: options.process === undefined ? null : { process: options.process },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  )
  // A full disk or a closed pipe must not take the process down: the line is lost, the work goes on.
  destination.on('error', () => undefined)
  const flush = () => {
    try {
      destination.flushSync()
    } catch {}
  }
  let timer: NodeJS.Timeout | undefined
  const flushSoon = () => {
    timer = undefined
    destination.flush()
  }
  const observe = (seen: Observation | RequestObservation) => {
    logger[seen.level](line(seen, options.ref))
    if (seen.level === 'warn' || seen.level === 'error') flush()
    else if (timer === undefined) timer = setTimeout(flushSoon, patienceMs).unref()
  }
  return Object.assign(observe, { flush })
}
