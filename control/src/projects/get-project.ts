// One project.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { ProjectWithDatabase, showWithDatabase } from './project-reply.ts'
import { getProject as get } from './queries.ts'

export const getProject = operation({
  name: 'projects.get',
  about: 'Gets a project with its status, addresses and database version.',
  rest: { method: 'GET', path: '/v1/projects/:ref', status: 200, id: 'v1-get-project', tag: 'Projects' },
  scope: onProject('project_admin_read'),
  input: z.object(byRef),
  output: ProjectWithDatabase,
  run: async ({ db, settings }, { ref }) => showWithDatabase(settings, await get(db, ref)),
})
