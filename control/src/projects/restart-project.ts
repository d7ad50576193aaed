// Restarts database and services of a project.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef, nothing } from '../frame/shapes.ts'
import { withRestart } from './move-project.ts'
import { changeProject } from './spec.ts'

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
  run: (call, { ref }) =>
    changeProject(call, ref, 'restart', async ({ db, project, spec }) => ({
      result: undefined,
      spec: await withRestart(db, project, spec, 'restart'),
    })),
})
