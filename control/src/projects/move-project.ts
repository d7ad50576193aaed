// The step shared by pause, restore, restart and delete: the owner's wish moves the status, the host follows.

import type { StackSpec } from '@plinth/contracts'
import type { Queries } from '@plinth/postgres'
import type { Platform } from '../frame/call.ts'
import { errors } from './errors.ts'
import { type ProjectEvent, type ProjectStatus, projectStatus } from './project-status.ts'
import { setStatus } from './queries.ts'
import type { ProjectRow } from './rows.ts'
import { changeProject, changeWithin } from './spec.ts'

/** Moves the locked project by `event`; 409 when the event does not apply now. */
const move = async (db: Queries, { ref, status }: ProjectRow, event: ProjectEvent): Promise<void> => {
  const next = projectStatus.after(status, event)
  if (next === undefined) throw errors.conflict(status, event)
  await setStatus(db, ref, next)
}

/** Moves the project by `event`; with `desired` the spec follows. 409 when the event does not apply now. */
export const moveProject = (
  platform: Platform,
  ref: string,
  event: ProjectEvent,
  desired?: StackSpec['desired'],
): Promise<ProjectRow> =>
  changeProject(platform, ref, event, async ({ db, project, spec }) => {
    await move(db, project, event)
    return { result: project, ...(desired !== undefined && { spec: { ...spec, desired } }) }
  })

/** Sends the project down, in a transaction after which the host is to be told. */
export const removeWithin = async (
  db: Queries,
  { key }: Pick<Platform, 'key'>,
  ref: string,
): Promise<ProjectRow> => {
  const { result } = await changeWithin(db, key, { ref, wish: 'remove' }, async ({ project, spec }) => {
    await move(db, project, 'remove')
    return { result: project, spec: { ...spec, desired: 'removed' } }
  })
  return result
}

/** What was started with an earlier spec than this one is restarted; `writeSpec` counts one further. */
const orderRestart = (spec: StackSpec): StackSpec => ({ ...spec, restartVersion: spec.version + 1 })

/** The spec with the order of a restart, which the status shows: both in the transaction that holds the project. */
export const withRestart = async (
  db: Queries,
  project: ProjectRow,
  spec: StackSpec,
  why: 'restart' | 'resize',
): Promise<StackSpec> => {
  await move(db, project, why)
  return orderRestart(spec)
}

const running: readonly ProjectStatus[] = ['ACTIVE_HEALTHY', 'ACTIVE_UNHEALTHY']
/** A server may have been started already with the spec before. */
const comingUp: readonly ProjectStatus[] = ['COMING_UP', 'RESTORING', 'RESTARTING', 'RESIZING']

/** The same where a server runs or starts that must not go on with the spec before; elsewhere the next start has it. */
export const withRestartIfUp = async (
  db: Queries,
  project: ProjectRow,
  spec: StackSpec,
  why: 'restart' | 'resize',
): Promise<StackSpec> => {
  if (running.includes(project.status)) return withRestart(db, project, spec, why)
  return comingUp.includes(project.status) ? orderRestart(spec) : spec
}
