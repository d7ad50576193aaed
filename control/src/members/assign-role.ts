// Gives a member another role.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onOrganization, roles } from '../frame/scopes.ts'
import { bySlug } from '../frame/shapes.ts'
import { changeMember } from './change-members.ts'
import { errors } from './errors.ts'
import { roleNames } from './role-names.ts'

const Wish = z.strictObject({
  type: z.literal('organization_member_role'),
  attributes: z.strictObject({
    role: z.enum([...roles, 'no-access']),
    projects: z.array(z.strictObject({ ref: z.string() })).optional(),
  }),
})

export const assignRole = operation({
  name: 'members.assign-role',
  about: 'Gives a member of an organization another role.',
  rest: {
    method: 'PATCH',
    path: '/v2/organizations/:slug/members/:user_id/roles',
    status: 200,
    id: 'v2AssignOrganizationMemberRole',
    tag: 'Organizations',
  },
  scope: onOrganization('slug', 'organization_admin_write'),
  input: z.object({ ...bySlug, user_id: z.uuid(), data: Wish }),
  output: z.object({
    data: z.object({
      type: z.literal('organization_member_role'),
      attributes: z.object({
        name: z.string(),
        scope: z.enum(['organization', 'project']),
        projects: z.array(z.object({ ref: z.string(), name: z.string() })),
      }),
    }),
  }),
  run: async (call, { slug, user_id, data }) => {
    const { role, projects = [] } = data.attributes
    if (role === 'no-access' || projects.length > 0) throw errors.roleUnavailable(role)
    await changeMember(call, { slug, accountId: user_id, role })
    const attributes = { name: roleNames[role], scope: 'organization' as const, projects: [] }
    return { data: { type: 'organization_member_role' as const, attributes } }
  },
})
