// Takes over a process that an earlier run of the program started. Its end is found by looking, since only a
// parent is told.

import { findProcess, type ProcessFacts } from './process-facts.ts'
import { type ProcessExit, type RunningProcess, stopGroup } from './running-process.ts'

/** What must be true of the process; `command` may be a part of the command line. At least one is needed. */
export type Proof = Partial<ProcessFacts>

const LOOK_EVERY_MS = 250

const matches = (pid: number, proof: Proof): ProcessFacts | undefined => {
  const facts = findProcess(pid)
  if (!facts || (proof.startTime === undefined && proof.command === undefined)) return undefined
  if (proof.startTime !== undefined && proof.startTime !== facts.startTime) return undefined
  if (proof.command !== undefined && !facts.command.includes(proof.command)) return undefined
  return facts
}

/** Resolves when the process with this number and start is gone. Does not keep our own process alive. */
const watchExit = (pid: number, startTime: string): Promise<ProcessExit> =>
  new Promise((resolve) => {
    const timer = setInterval(() => {
      if (findProcess(pid)?.startTime === startTime) return
      clearInterval(timer)
      resolve({ code: null, signal: null })
    }, LOOK_EVERY_MS)
    timer.unref()
  })

/** The process with this number, when it is the one that the proof describes. */
export const adopt = (pid: number, proof: Proof): RunningProcess | undefined => {
  const facts = matches(pid, proof)
  if (!facts) return undefined
  const exited = watchExit(pid, facts.startTime)
  return { pid, exited, stop: (how) => stopGroup(pid, exited, how) }
}
