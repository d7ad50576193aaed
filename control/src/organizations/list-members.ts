// Who belongs to an organization, and as what.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onOrganization } from '../frame/scopes.ts'
import { bySlug } from '../frame/shapes.ts'
import { roleNames } from '../members/role-names.ts'
import { listMembers as list } from './queries.ts'

export const listMembers = operation({
  name: 'organizations.members',
  about: 'Lists the members of an organization with their roles.',
  rest: {
    method: 'GET',
    path: '/v1/organizations/:slug/members',
    status: 200,
    id: 'v1-list-organization-members',
    tag: 'Organizations',
  },
  scope: onOrganization('slug', 'members_read'),
  input: z.object(bySlug),
  output: z.array(
    z.object({
      user_id: z.string(),
      user_name: z.string(),
      email: z.string(),
      role_name: z.string(),
      mfa_enabled: z.boolean(),
      avatar_url: z.string().nullable(),
    }),
  ),
  run: async ({ db }, { slug }) => {
    const members = await list(db, slug)
    return members.map(({ role, ...member }) => ({
      ...member,
      role_name: roleNames[role],
      mfa_enabled: false,
      avatar_url: null,
    }))
  },
})
