// Observations → JSON lines on standard output or in a file, buffered; a warning or an error is written at once.

import { mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Level, Observation, Observe, RequestObservation } from '@plinth/contracts'
import sonicBoom, { type SonicBoom } from 'sonic-boom'
import { renderError } from './render-error.ts'

export type MakeObserve = {
  /** An output of the process, or the path of a file that lines are appended to (its folder is made). */
  readonly sink: 'stdout' | 'stderr' | { readonly file: string }
  readonly level?: Level
  /** Name of the process, on every line. */
  readonly process?: string
  /** The branch this process serves, on every line that names no other. */
  readonly ref?: string
  /** Lines instead of JSON; none for what is not to be written. */
  readonly render?: (seen: Observation | RequestObservation) => readonly string[]
  /** How long an ordinary line may stay in the buffer, in milliseconds. */
  readonly patienceMs?: number
}

/** `observe(what)`, with `flush()` for the moment before a deliberate exit. */
export type Observer = Observe & { readonly flush: () => void }

/** A process that has nothing to say is not woken. */
const usualPatienceMs = 1000
/** About a hundred lines: one write for all of them costs a request next to nothing. */
const bufferedCharacters = 16 * 1024
/** What a disk that does not keep up may hold back in memory; lines beyond are lost. */
const heldBackBytes = 8 * 1024 * 1024

const levels: Readonly<Record<Level, number>> = { debug: 0, info: 1, warn: 2, error: 3 }

/** Opened at once, so that lines of the first moments survive a crash. */
const openFile = (file: string): number => {
  mkdirSync(dirname(file), { recursive: true })
  return openSync(file, 'a', 0o640)
}

const outputs = { stdout: 1, stderr: 2 } as const

const openSink = ({ sink }: MakeObserve): SonicBoom => {
  const fd = typeof sink === 'string' ? outputs[sink] : openFile(sink.file)
  // It writes by itself only what is a chunk; the rest when it is told to, so that a warning goes out in its turn.
  const opened = new sonicBoom.SonicBoom({
    fd,
    sync: false,
    minLength: bufferedCharacters,
    maxWrite: 2 * bufferedCharacters,
    maxLength: heldBackBytes,
  })
  // A full disk or a closed pipe must not take the process down: the line is lost, the work goes on.
  opened.on('error', () => undefined)
  return opened
}

/** The time as text; many lines fall into the same millisecond. */
const makeClock = (): (() => string) => {
  let last = 0
  let text = ''
  return () => {
    const now = Date.now()
    if (now !== last) {
      last = now
      text = new Date(now).toISOString()
    }
    return text
  }
}

const makeRender = (
  options: MakeObserve,
): ((seen: Observation | RequestObservation) => readonly string[]) => {
  if (options.render !== undefined) return options.render
  const clock = makeClock()
  return (seen) => {
    const error = 'error' in seen && seen.error !== undefined ? renderError(seen.error) : undefined
    const { level, event, ref = options.ref, fields } = seen
    const shown = { level, time: clock(), process: options.process, event, ref, ...fields, ...error }
    return [JSON.stringify(shown)]
  }
}

/** Opens the sink. Whatever is still buffered when the process exits is written then. */
export const makeObserve = (options: MakeObserve): Observer => {
  const sink = openSink(options)
  const render = makeRender(options)
  const { patienceMs = usualPatienceMs } = options
  const lowest = levels[options.level ?? 'info']
  let lines = ''
  let timer: NodeJS.Timeout | undefined
  let isAsked = false
  const hand = () => {
    clearTimeout(timer)
    timer = undefined
    if (lines !== '') sink.write(lines)
    lines = ''
  }
  const write = () => {
    hand()
    isAsked = true
    sink.flush()
  }
  // What was handed over while it wrote is left to be asked for once more.
  sink.on('drain', () => {
    if (!isAsked) return
    isAsked = false
    sink.flush()
  })
  const flush = () => {
    hand()
    try {
      sink.flushSync()
    } catch {}
  }
  process.once('exit', flush)
  const observe = (seen: Observation | RequestObservation) => {
    if (levels[seen.level] < lowest) return
    for (const line of render(seen)) lines += `${line}\n`
    if (levels[seen.level] >= levels.warn) flush()
    else if (lines.length >= bufferedCharacters) write()
    else timer ??= setTimeout(write, patienceMs).unref()
  }
  return Object.assign(observe, { flush })
}
