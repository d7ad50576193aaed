// Stops a project until it is restored; its data is kept.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef, nothing } from '../frame/shapes.ts'
import { moveProject } from './move-project.ts'

export const pauseProject = operation({
  name: 'projects.pause',
  about: 'Stops a project until it is restored; its data is kept.',
  rest: {
    method: 'POST',
    path: '/v1/projects/:ref/pause',
    status: 200,
    id: 'v1-pause-a-project',
    tag: 'Projects',
  },
  scope: onProject('project_admin_write'),
  input: z.object(byRef),
  output: nothing,
  run: async (call, { ref }) => {
    await moveProject(call, ref, 'pause', 'paused')
  },
})
