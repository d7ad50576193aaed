// Roles that members can have.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onOrganization, roles } from '../frame/scopes.ts'
import { bySlug } from '../frame/shapes.ts'
import { roleNames } from './role-names.ts'

export const listRoles = operation({
  name: 'members.roles',
  about: 'Lists the roles that members of an organization can have.',
  rest: {
    method: 'GET',
    path: '/v2/organizations/:slug/roles',
    status: 200,
    id: 'v2ListOrganizationRoles',
    tag: 'Organizations',
  },
  scope: onOrganization('slug', 'members_read'),
  input: z.object(bySlug),
  output: z.object({
    data: z.array(
      z.object({ type: z.literal('organization_role'), attributes: z.object({ name: z.string() }) }),
    ),
  }),
  run: async () => ({
    data: roles.map((role) => ({
      type: 'organization_role' as const,
      attributes: { name: roleNames[role] },
    })),
  }),
})
