// Deletes a project in any state, also one that never came up.

import { z } from 'zod'
import { checkDeletable } from '../branches/may-go.ts'
import { findBranch } from '../branches/queries.ts'
import { removeBranch, removeProject } from '../branches/remove-branch.ts'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { ProjectNumber, showNumber } from './project-reply.ts'
import { getProject } from './queries.ts'

export const deleteProject = operation({
  name: 'projects.delete',
  about: 'Deletes a project, everything in it and its branches.',
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
  run: async (call, { ref }) => {
    const project = await getProject(call.db, ref)
    const branch = await findBranch(call.db, ref)
    // A branch goes by the rules of branches; a project takes its branches along.
    if (branch?.is_default === false) {
      await removeBranch(call, branch, checkDeletable)
      return showNumber(project)
    }
    return showNumber(await removeProject(call, ref))
  },
})
