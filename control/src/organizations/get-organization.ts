// One organization.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onOrganization } from '../frame/scopes.ts'
import { bySlug } from '../frame/shapes.ts'
import { getOrganization as get } from './queries.ts'

export const getOrganization = operation({
  name: 'organizations.get',
  about: 'Gets an organization.',
  rest: {
    method: 'GET',
    path: '/v1/organizations/:slug',
    status: 200,
    id: 'v1-get-an-organization',
    tag: 'Organizations',
  },
  scope: onOrganization('slug', 'organization_admin_read'),
  input: z.object(bySlug),
  output: z.object({
    id: z.string(),
    name: z.string(),
    plan: z.enum(['free', 'pro', 'team', 'enterprise', 'platform']),
    opt_in_tags: z.array(z.string()),
    allowed_release_channels: z.array(z.string()),
  }),
  run: async ({ db }, { slug }) => {
    const { id, name } = await get(db, slug)
    // `free` costs nothing anywhere: clients that confirm prices with their user then have none to confirm.
    return { id, name, plan: 'free' as const, opt_in_tags: [], allowed_release_channels: ['ga'] }
  },
})
