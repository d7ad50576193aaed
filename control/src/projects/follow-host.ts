// Keeps projects as their host reports them: every report moves the status machine, every new connection
// compares all specs with what the host has.

import { setTimeout as wait } from 'node:timers/promises'
import type { BranchReport, Observe } from '@plinth/contracts'
import type { Pool } from '@plinth/postgres'
import type { Supervisor } from '../supervisor/supervisor.ts'
import type { Applier } from './apply-spec.ts'
import { eventOfReport, type ProjectEvent, projectStatus } from './project-status.ts'
import { listLiveProjects, lockProject, setPostgresVersion, setStatus } from './queries.ts'
import { forgetSecrets, listSpecVersions } from './spec.ts'

type HostDeps = {
  readonly db: Pool
  readonly supervisor: Supervisor
  readonly applier: Applier
  readonly observe: Observe
}

/** What an owner should know of how it came to be so: why it failed, or that a restore changed nothing. */
const reasonOf = ({ status, reason, notRestored }: BranchReport): string | undefined => {
  if (status === 'broken') return reason
  return notRestored && `The restore failed and changed nothing: ${notRestored}`
}

/** Moves the project where the event leads; an event that does not apply changes nothing. */
const moveProject = async (
  deps: HostDeps,
  ref: string,
  event: ProjectEvent,
  report?: BranchReport,
): Promise<void> => {
  const moved = await deps.db.transaction(async (session) => {
    const project = await lockProject(session, ref)
    if (project === undefined) return undefined
    const next = projectStatus.after(project.status, event)
    if (next === undefined) return undefined
    const isTold = event === 'failed' || project.status === 'RESTORING'
    const reason = isTold && report !== undefined ? reasonOf(report) : undefined
    await setStatus(session, ref, next, reason)
    if (next === 'REMOVED') await forgetSecrets(session, ref)
    return { status: next, reason }
  })
  if (moved !== undefined) deps.observe({ level: 'info', event: 'project.moved', ref, fields: moved })
}

const takeReport = async (deps: HostDeps, report: BranchReport): Promise<void> => {
  if (report.postgresVersion !== undefined) {
    await setPostgresVersion(deps.db, report.ref, report.postgresVersion)
  }
  // What it was told to be comes after.
  if (report.leaving) return
  const event = eventOfReport[report.status]
  if (event !== undefined) await moveProject(deps, report.ref, event, report)
}

/** Sends every spec the host does not have; a project that was going down and is unknown there is gone. */
export const reconcile = async (deps: HostDeps): Promise<void> => {
  const reports = new Map((await deps.supervisor.list()).map((report) => [report.ref as string, report]))
  const versions = await listSpecVersions(deps.db)
  for (const project of await listLiveProjects(deps.db)) {
    const report = reports.get(project.ref)
    if (report === undefined && project.status === 'GOING_DOWN') await moveProject(deps, project.ref, 'gone')
    else if ((report?.specVersion ?? 0) < (versions.get(project.ref) ?? 0))
      await deps.applier.apply(project.ref)
  }
}

const pauseMs = 1000

/** A report must not be lost because the control database restarts just then. */
const untilDone = async (
  observe: Observe,
  signal: AbortSignal,
  what: string,
  work: () => Promise<void>,
): Promise<void> => {
  while (!signal.aborted) {
    try {
      return await work()
    } catch (error) {
      if (!signal.aborted) observe({ level: 'warn', event: 'host.not_followed', fields: { what }, error })
      await wait(pauseMs, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }
}

/** Follows the host until the signal; one report after the other, in their order. */
export const followHost = (deps: HostDeps, signal: AbortSignal): Promise<void> => {
  let line = Promise.resolve()
  let isLost = false
  const enqueue = (what: string, work: () => Promise<void>): void => {
    line = line.then(() => untilDone(deps.observe, signal, what, work))
  }
  return deps.supervisor
    .follow({
      onConnect: () => {
        isLost = false
        enqueue('reconcile', () => reconcile(deps))
      },
      onReport: (report) => enqueue('report', () => takeReport(deps, report)),
      onLost: (error) => {
        // Once for each time it goes away, not for each attempt to find it again.
        if (!signal.aborted && !isLost) deps.observe({ level: 'warn', event: 'host.lost', error })
        isLost = true
      },
      signal,
    })
    .then(() => line)
}
