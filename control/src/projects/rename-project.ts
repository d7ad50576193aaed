// Changes a project's name; nothing of its stack depends on it.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { ProjectNumber, showNumber } from './project-reply.ts'
import { renameProject as rename } from './queries.ts'
import { changeProject } from './spec.ts'

export const renameProject = operation({
  name: 'projects.rename',
  about: 'Renames a project.',
  rest: {
    method: 'PATCH',
    path: '/v1/projects/:ref',
    status: 200,
    id: 'v1-update-a-project',
    tag: 'Projects',
  },
  scope: onProject('project_admin_write'),
  input: z.object({ ...byRef, name: z.string().min(1).max(256) }),
  output: ProjectNumber,
  run: (call, { ref, name }) =>
    changeProject(call, ref, 'be renamed', async ({ db }) => ({
      result: showNumber(await rename(db, ref, name)),
    })),
})
