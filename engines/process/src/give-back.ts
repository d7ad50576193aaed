// Memory that a process has taken for its work and no longer needs goes back to the system once the process has come to
// rest. The engine itself keeps it for the next work, which for a process that sleeps most of its life may never come.

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

type Collect = (how: {
  readonly type: 'major'
  readonly execution: 'sync'
  readonly flavor: 'last-resort'
}) => void

/** Costs a context of its own, so it waits for the first time. */
const findCollect = (): Collect => {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as Collect
}

export type GiveBackOptions = {
  /** How often it looks whether there was work. */
  readonly everyMs?: number
  /** Processor time since the last look, below which the process rests. */
  readonly restMs?: number
  /** Processor time since the last time, from which there is something to give back. */
  readonly workMs?: number
}

/**
 * Collects everything when the process rests after work: about 30 ms, then. Programs are to run with
 * `--no-flush-bytecode`, or what is compiled goes as well. Returns how to stop it.
 */
export const giveBackAtRest = ({
  everyMs = 5000,
  restMs = 50,
  workMs = 150,
}: GiveBackOptions = {}): (() => void) => {
  let collect: Collect | undefined
  const used = (): number => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1000
  }
  let collected = 0
  let seen = used()
  const timer = setInterval(() => {
    const now = used()
    const isResting = now - seen < restMs
    seen = now
    if (!isResting || now - collected < workMs) return
    collect ??= findCollect()
    collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
    collected = seen = used()
  }, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}
