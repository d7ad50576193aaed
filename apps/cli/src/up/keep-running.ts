// Keeps one program running until told to stop: a crash is answered with a restart, soon at first, later
// less eagerly.

import { setTimeout as delay } from 'node:timers/promises'
import type { Observe } from '@plinth/contracts'
import { findProcess, type RunningProcess, type StartOptions, startProcess } from '@plinth/process'

export type Program = { readonly name: string; readonly start: StartOptions }

/** A running program as it is written down for the launcher that comes after a crash of this one. */
export type Trace = { readonly name: string; readonly pid: number; readonly startTime: string }

export type KeptProgram = {
  readonly name: string
  readonly trace: () => Trace | undefined
  readonly stop: (graceMs: number) => Promise<void>
}

const shortestPause = 100
const longestPause = 5_000
/** A program that ran this long has recovered: its next crash is answered quickly again. */
const calmAfter = 10_000

type Deps = { readonly observe: Observe; readonly onStart: () => Promise<void> }

const traceOf = (name: string, pid: number): Trace | undefined => {
  const startTime = findProcess(pid)?.startTime
  return startTime === undefined ? undefined : { name, pid, startTime }
}

export const keepRunning = async (
  { name, start }: Program,
  { observe, onStart }: Deps,
): Promise<KeptProgram> => {
  let current: RunningProcess = await startProcess(start)
  const stopping = new AbortController()

  const watch = async (): Promise<void> => {
    let pause = shortestPause
    while (!stopping.signal.aborted) {
      const startedAt = performance.now()
      const { code, signal } = await current.exited
      if (stopping.signal.aborted) return
      observe({
        level: 'warn',
        event: 'program.crashed',
        fields: { name, code: code ?? undefined, signal: signal ?? undefined },
      })
      pause = performance.now() - startedAt > calmAfter ? shortestPause : Math.min(pause * 2, longestPause)
      await delay(pause, undefined, { signal: stopping.signal }).catch(() => undefined)
      if (stopping.signal.aborted) return
      current = await startProcess(start)
      await onStart()
    }
  }
  const watched = watch()

  return {
    name,
    trace: () => traceOf(name, current.pid),
    stop: async (graceMs) => {
      stopping.abort()
      await current.stop({ graceMs })
      await watched
    },
  }
}
