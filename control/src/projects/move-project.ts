// The step shared by pause, restore, restart and delete: the owner's wish moves the status, the host follows.

import type { StackSpec } from '@plinth/contracts'
import type { Platform } from '../frame/call.ts'
import { errors } from './errors.ts'
import { type ProjectEvent, projectStatus } from './project-status.ts'
import { setStatus } from './queries.ts'
import type { ProjectRow } from './rows.ts'
import { changeProject } from './spec.ts'

/** Moves the project by `event`; with `desired` the spec follows. 409 when the event does not apply now. */
export const moveProject = (
  platform: Platform,
  ref: string,
  event: ProjectEvent,
  desired?: StackSpec['desired'],
): Promise<ProjectRow> =>
  changeProject(platform, ref, event, async ({ db, project, spec }) => {
    const next = projectStatus.after(project.status, event)
    if (next === undefined) throw errors.conflict(project.status, event)
    await setStatus(db, ref, next)
    return { result: project, ...(desired !== undefined && { spec: { ...spec, desired } }) }
  })
