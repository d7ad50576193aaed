// A process we look after, whether we started it or took it over: its number, its end, and how to end it.

import { setTimeout as delay } from 'node:timers/promises'

/** How a process ended; both are `null` for one that was adopted, whose end only its parent is told. */
export type ProcessExit = { readonly code: number | null; readonly signal: NodeJS.Signals | null }

export type StopOptions = {
  /** Asks politely; `SIGTERM` unless told otherwise. */
  readonly signal?: NodeJS.Signals
  /** How long it may take before the whole process group is killed. */
  readonly graceMs?: number
}

export type RunningProcess = {
  readonly pid: number
  /** Settles once, when the process has ended; never fails. */
  readonly exited: Promise<ProcessExit>
  /** Ends the process and everything in its group; resolves when the process has ended. */
  readonly stop: (options?: StopOptions) => Promise<ProcessExit>
}

/** Sends a signal; `false` when there is nobody to send it to. A negative number names a group. */
const send = (target: number, signal: NodeJS.Signals): boolean => {
  try {
    return process.kill(target, signal)
  } catch {
    return false
  }
}

/** Only the leader is asked, so that it can end its children in its own order; the kill is for the group. */
export const stopGroup = async (
  pid: number,
  exited: Promise<ProcessExit>,
  { signal = 'SIGTERM', graceMs = 10_000 }: StopOptions = {},
): Promise<ProcessExit> => {
  // The number of a process that has ended may belong to a stranger by now.
  if (await Promise.race([exited, undefined])) return exited
  const patience = new AbortController()
  send(pid, signal)
  const late = delay(graceMs, undefined, { signal: patience.signal }).catch(() => undefined)
  await Promise.race([exited, late])
  patience.abort()
  // When the leader is gone this reaches only what it left behind: a group keeps its number while it has members.
  send(-pid, 'SIGKILL')
  send(pid, 'SIGKILL')
  return exited
}
