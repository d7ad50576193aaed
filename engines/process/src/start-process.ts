// Starts a child process that leads a group of its own.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { processErrors } from './errors.ts'
import { type ProcessExit, type RunningProcess, stopGroup } from './running-process.ts'

export type StartOptions = {
  readonly command: string
  readonly args?: readonly string[]
  /** All of the child's environment: nothing is inherited. */
  readonly env?: Readonly<Record<string, string>>
  readonly uid?: number | undefined
  readonly gid?: number | undefined
  /** Must be readable by the child's user. */
  readonly cwd?: string
  /** Output and errors are appended here; without it they are dropped. */
  readonly logFile?: string
  /** Detached: outlives us, to be adopted. Attached: holds a lifeline to us (see `onParentDeath`). */
  readonly detached: boolean
}

/** Resolves when the program runs (not when it is ready); fails when it cannot be run at all. */
export const startProcess = async (options: StartOptions): Promise<RunningProcess> => {
  const log = options.logFile === undefined ? 'ignore' : openSync(options.logFile, 'a', 0o600)
  try {
    const child = spawn(options.command, options.args ?? [], {
      cwd: options.cwd ?? '/',
      env: { ...options.env },
      // Both kinds lead their own group, so that a stop can reach grandchildren and a Ctrl-C does not.
      detached: true,
      stdio: [options.detached ? 'ignore' : 'pipe', log, log],
      ...(options.uid === undefined ? {} : { uid: options.uid }),
      ...(options.gid === undefined ? {} : { gid: options.gid }),
    })
    const exited = new Promise<ProcessExit>((resolve) =>
      child.once('exit', (code, signal) => resolve({ code, signal })),
    )
    await once(child, 'spawn')
    // A write or an error on the lifeline means nothing: only its closing does.
    child.stdin?.on('error', () => undefined)
    if (options.detached) child.unref()
    // Node knows the number of a child that has spawned.
    const pid = child.pid as number
    return { pid, exited, stop: (how) => stopGroup(pid, exited, how) }
  } catch (cause) {
    throw processErrors.cannotStart(options.command, cause as Error)
  } finally {
    if (log !== 'ignore') closeSync(log)
  }
}
