// What clients ask about an organization that has no meaning on one's own machines: empty, honest answers.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onOrganization } from '../frame/scopes.ts'
import { bySlug } from '../frame/shapes.ts'

export const listMaintenanceWindows = operation({
  name: 'organizations.maintenance-windows',
  about: 'Lists maintenance windows: none, the operator decides.',
  rest: {
    method: 'GET',
    path: '/v2/organizations/:slug/maintenance/windows',
    status: 200,
    id: 'v2ListOrganizationMaintenanceWindows',
    tag: 'Organizations',
  },
  scope: onOrganization('slug', 'organization_admin_read'),
  input: z.object(bySlug),
  output: z.object({ data: z.array(z.unknown()) }),
  run: async () => ({ data: [] }),
})

export const listGithubConnections = operation({
  name: 'organizations.github-connections',
  about: 'Lists connections with repositories: none.',
  rest: {
    method: 'GET',
    path: '/v2/organizations/:slug/integrations/github/connections',
    status: 200,
    id: 'v2ListOrganizationGithubConnections',
    tag: 'Organizations',
  },
  scope: onOrganization('slug', 'organization_admin_read'),
  input: z.object({
    ...bySlug,
    'page[size]': z.int().min(1).max(100).optional(),
    'page[after]': z.string().optional(),
    'page[before]': z.string().optional(),
    'filter[project_ref]': z.string().optional(),
  }),
  output: z.object({
    data: z.array(z.unknown()),
    links: z.object({ prev: z.string().nullable(), next: z.string().nullable() }),
  }),
  run: async () => ({ data: [], links: { prev: null, next: null } }),
})
