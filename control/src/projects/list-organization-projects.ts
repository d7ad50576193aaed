// Projects of one organization, in pages.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onOrganization } from '../frame/scopes.ts'
import { bySlug } from '../frame/shapes.ts'
import { listProjectPage } from './queries.ts'
import type { ProjectRow } from './rows.ts'

const Database = z.object({
  infra_compute_size: z.string(),
  region: z.string(),
  status: z.string(),
  cloud_provider: z.string(),
  identifier: z.string(),
  type: z.enum(['PRIMARY', 'READ_REPLICA']),
})
export const Entry = z.object({
  ref: z.string(),
  name: z.string(),
  cloud_provider: z.string(),
  region: z.string(),
  is_branch: z.boolean(),
  status: z.string(),
  inserted_at: z.string(),
  databases: z.array(Database),
})

export const showEntry = (row: ProjectRow): z.infer<typeof Entry> => {
  const place = { cloud_provider: 'AWS', region: row.region, status: row.status }
  return {
    ...place,
    ref: row.ref,
    name: row.name,
    is_branch: row.parent_ref !== null,
    inserted_at: row.created_at,
    databases: [{ ...place, infra_compute_size: row.size, identifier: row.ref, type: 'PRIMARY' }],
  }
}

export const listOrganizationProjects = operation({
  name: 'organizations.projects',
  about: 'Lists the projects of an organization in pages.',
  rest: {
    method: 'GET',
    path: '/v1/organizations/:slug/projects',
    status: 200,
    id: 'v1-get-all-projects-for-organization',
    tag: 'Projects',
  },
  scope: onOrganization('slug', 'organization_projects_read'),
  input: z.object({
    ...bySlug,
    offset: z.int().min(0).default(0),
    limit: z.int().min(1).max(100).default(100),
    search: z.string().optional(),
    sort: z.enum(['name_asc', 'name_desc', 'created_asc', 'created_desc']).default('created_asc'),
    statuses: z.array(z.string()).default([]),
  }),
  output: z.object({
    projects: z.array(Entry),
    pagination: z.object({ count: z.int(), limit: z.int(), offset: z.int() }),
  }),
  run: async ({ db }, { slug, search, sort, statuses, limit, offset }) => {
    const page = { organizationId: slug, search, sort, statuses, limit, offset }
    const { rows, count } = await listProjectPage(db, page)
    return { projects: rows.map(showEntry), pagination: { count, limit, offset } }
  },
})
