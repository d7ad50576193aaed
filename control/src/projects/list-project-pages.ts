// Projects of one organization in pages, as the newer half of the API has them.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { PageLinks, pageInput, readPage, showPage } from '../frame/pages.ts'
import { onOrganization } from '../frame/scopes.ts'
import { bySlug } from '../frame/shapes.ts'
import { Entry, showEntry } from './list-organization-projects.ts'
import { listProjectPage } from './queries.ts'

export const listProjectPages = operation({
  name: 'projects.pages',
  about: 'Lists the projects of an organization by cursor.',
  rest: {
    method: 'GET',
    path: '/v2/organizations/:slug/projects',
    status: 200,
    id: 'v2ListOrganizationProjects',
    tag: 'Projects',
  },
  scope: onOrganization('slug', 'organization_projects_read'),
  input: z.object({
    ...bySlug,
    ...pageInput,
    sort: z.enum(['inserted_at', '-inserted_at']).default('inserted_at'),
    search: z.string().optional(),
  }),
  output: z.object({
    data: z.array(
      z.object({
        type: z.literal('project'),
        id: z.string(),
        attributes: Entry.omit({ ref: true, is_branch: true }),
      }),
    ),
    links: PageLinks,
  }),
  run: async ({ db }, { slug, sort, search, ...wish }) => {
    const order = sort === 'inserted_at' ? ('created_asc' as const) : ('created_desc' as const)
    const page = { organizationId: slug, search, statuses: [], sort: order, ...readPage(wish) }
    const found = (await listProjectPage(db, page)).rows
    const { rows, links } = showPage(found, wish, `/v2/organizations/${slug}/projects`, { sort, search })
    const data = rows.map((row) => {
      const { ref, is_branch: _, ...attributes } = showEntry(row)
      return { type: 'project' as const, id: ref, attributes }
    })
    return { data, links }
  },
})
