// Every project of every organization the caller belongs to, unpaged.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onAccount } from '../frame/scopes.ts'
import { ProjectWithDatabase, showWithDatabase } from './project-reply.ts'
import { listProjects as list } from './queries.ts'

export const listProjects = operation({
  name: 'projects.list',
  about: 'Lists all projects the caller can see.',
  rest: { method: 'GET', path: '/v1/projects', status: 200, id: 'v1-list-all-projects', tag: 'Projects' },
  scope: onAccount('projects_read'),
  input: z.object({}),
  output: z.array(ProjectWithDatabase),
  run: async ({ db, actor, settings }) => {
    const { organizations, projects } = actor.scope ?? {}
    const rows = await list(db, actor.accountId)
    return rows
      .filter((row) => organizations?.includes(row.organization_id) ?? true)
      .filter((row) => projects?.includes(row.ref) ?? true)
      .map((row) => showWithDatabase(settings, row))
  },
})
