// Somebody with an account joins an organization.

import { z } from 'zod'
import { findAccount } from '../accounts/queries.ts'
import { operation } from '../frame/operation.ts'
import { onOrganization, roles } from '../frame/scopes.ts'
import { bySlug } from '../frame/shapes.ts'
import { findMember, insertMember, lockOrganization } from '../organizations/queries.ts'
import { checkOwnership } from './change-members.ts'
import { errors } from './errors.ts'
import { roleNames } from './role-names.ts'

export const addMember = operation({
  name: 'members.add',
  about: 'Adds an account to an organization.',
  rest: {
    method: 'POST',
    path: '/platform/organizations/:slug/members',
    status: 201,
    id: 'add-organization-member',
    tag: 'Organizations',
  },
  scope: onOrganization('slug', 'organization_admin_write'),
  input: z.object({ ...bySlug, email: z.email(), role: z.enum(roles) }),
  output: z.object({ user_id: z.string(), user_name: z.string(), email: z.string(), role_name: z.string() }),
  run: (call, { slug, email, role }) =>
    call.db.transaction(async (session) => {
      await lockOrganization(session, slug)
      await checkOwnership(session, call, slug, [role])
      const account = await findAccount(session, email)
      if (account === undefined) throw errors.noAccount(email)
      if (await findMember(session, slug, account.id)) throw errors.exists(email)
      await insertMember(session, { organizationId: slug, accountId: account.id, role })
      return {
        user_id: account.id,
        user_name: account.username,
        email: account.email,
        role_name: roleNames[role],
      }
    }),
})
