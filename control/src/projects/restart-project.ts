// Restarts database and services of a project.

import { z } from 'zod'
import type { Platform } from '../frame/call.ts'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef, nothing } from '../frame/shapes.ts'
import { moveProject } from './move-project.ts'

/** 409 when the project cannot be restarted now. */
export const restart = async (
  platform: Platform,
  ref: string,
  why: 'restart' | 'resize' = 'restart',
): Promise<void> => {
  await moveProject(platform, ref, why)
  await platform.supervisor.restart(ref)
}

export const restartProject = operation({
  name: 'projects.restart',
  about: 'Restarts the database and the services of a project.',
  rest: {
    method: 'POST',
    path: '/v1/projects/:ref/restart',
    status: 200,
    id: 'v1RestartAProject',
    tag: 'Projects',
  },
  scope: onProject('project_admin_write'),
  input: z.object(byRef),
  output: nothing,
  run: (call, { ref }) => restart(call, ref),
})
