// A new organization; who makes it owns it.

import { newRef } from '@plinth/crypto'
import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onAccount } from '../frame/scopes.ts'
import { insertMember, insertOrganization } from './queries.ts'
import { Organization } from './shapes.ts'

export const createOrganization = operation({
  name: 'organizations.create',
  about: 'Creates an organization owned by the caller.',
  rest: {
    method: 'POST',
    path: '/v1/organizations',
    status: 201,
    id: 'v1-create-an-organization',
    tag: 'Organizations',
  },
  scope: onAccount('organizations_create'),
  input: z.object({ name: z.string().min(1).max(256) }),
  output: Organization,
  run: ({ db, actor }, { name }) =>
    db.transaction(async (session) => {
      const organization = await insertOrganization(session, newRef(), name)
      await insertMember(session, {
        organizationId: organization.id,
        accountId: actor.accountId,
        role: 'owner',
      })
      return organization
    }),
})
