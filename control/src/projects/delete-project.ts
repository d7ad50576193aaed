// Deletes a project in any state, also one that never came up.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { moveProject } from './move-project.ts'
import { ProjectNumber, showNumber } from './project-reply.ts'

export const deleteProject = operation({
  name: 'projects.delete',
  about: 'Deletes a project and everything in it.',
  rest: {
    method: 'DELETE',
    path: '/v1/projects/:ref',
    status: 200,
    id: 'v1-delete-a-project',
    tag: 'Projects',
  },
  scope: onProject('project_admin_write'),
  input: z.object(byRef),
  output: ProjectNumber,
  run: async (call, { ref }) => showNumber(await moveProject(call, ref, 'remove', 'removed')),
})
