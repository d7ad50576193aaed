// Starts a paused project again.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef, nothing } from '../frame/shapes.ts'
import { moveProject } from './move-project.ts'

export const restoreProject = operation({
  name: 'projects.restore',
  about: 'Starts a paused project again.',
  rest: {
    method: 'POST',
    path: '/v1/projects/:ref/restore',
    status: 200,
    id: 'v1-restore-a-project',
    tag: 'Projects',
  },
  scope: onProject('project_admin_write'),
  input: z.object(byRef),
  output: nothing,
  run: async (call, { ref }) => {
    await moveProject(call, ref, 'restore', 'available')
  },
})
