// Somebody leaves an organization; their tokens lose its projects at once.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onOrganization } from '../frame/scopes.ts'
import { bySlug, nothing } from '../frame/shapes.ts'
import { changeMember } from './change-members.ts'

export const removeMember = operation({
  name: 'members.remove',
  about: 'Removes a member from an organization.',
  rest: {
    method: 'DELETE',
    path: '/v2/organizations/:slug/members/:user_id',
    status: 200,
    id: 'v2RemoveOrganizationMembers',
    tag: 'Organizations',
  },
  scope: onOrganization('slug', 'organization_admin_write'),
  input: z.object({ ...bySlug, user_id: z.uuid() }),
  output: nothing,
  run: async (call, { slug, user_id }) => void (await changeMember(call, { slug, accountId: user_id })),
})
