// Organizations the caller belongs to.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onAccount } from '../frame/scopes.ts'
import { listOrganizations as list } from './queries.ts'
import { Organization } from './shapes.ts'

export const listOrganizations = operation({
  name: 'organizations.list',
  about: 'Lists the organizations the caller belongs to.',
  rest: {
    method: 'GET',
    path: '/v1/organizations',
    status: 200,
    id: 'v1-list-all-organizations',
    tag: 'Organizations',
  },
  scope: onAccount('organizations_read'),
  input: z.object({}),
  output: z.array(Organization),
  run: async ({ db, actor }) => {
    const allowed = actor.scope?.organizations
    const rows = await list(db, actor.accountId)
    return rows.filter(({ id }) => allowed?.includes(id) ?? true)
  },
})
