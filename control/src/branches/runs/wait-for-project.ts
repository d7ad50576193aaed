// Waiting for a project to become what its spec says. The host may be away for a while: what it was told is told
// again, so only a project that failed or was removed ends the waiting early.

import { setTimeout as wait } from 'node:timers/promises'
import type { Worker } from '../../frame/call.ts'
import type { ProjectStatus } from '../../projects/project-status.ts'
import { getProject } from '../../projects/queries.ts'
import { errors } from '../errors.ts'

const pauseMs = 200
/** A large database takes its time to be copied. */
const patienceMs = 2 * 60 * 60 * 1000

const hopeless: readonly ProjectStatus[] = [
  'INIT_FAILED',
  'RESTORE_FAILED',
  'PAUSE_FAILED',
  'GOING_DOWN',
  'REMOVED',
]

const until = async (signal: AbortSignal, what: string, ask: () => Promise<boolean>): Promise<void> => {
  const deadline = performance.now() + patienceMs
  while (!(await ask())) {
    if (performance.now() > deadline) throw errors.notUp(`${what} took longer than two hours`)
    await wait(pauseMs, undefined, { signal })
  }
}

/** Resolves when the project serves for the first time. */
export const untilHealthy = ({ db, signal }: Worker, ref: string): Promise<void> =>
  until(signal, 'Making it', async () => {
    const { status, status_reason } = await getProject(db, ref)
    if (hopeless.includes(status)) throw errors.notUp(status_reason ?? `the project is ${status}`)
    return status === 'ACTIVE_HEALTHY'
  })

/** Resolves when the host knows this version of the spec: whoever then wakes the project gets what it says. */
export const untilTold = ({ db, supervisor, signal }: Worker, ref: string, version: number): Promise<void> =>
  until(signal, 'Telling the host', async () => {
    const { status } = await getProject(db, ref)
    if (status === 'GOING_DOWN' || status === 'REMOVED') throw errors.gone()
    // A host that cannot be reached now is asked again.
    const reports = await supervisor.list().catch(() => [])
    return reports.some((report) => report.ref === ref && report.specVersion >= version)
  })
