// Who changed what in an organization and its projects.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onOrganization } from '../frame/scopes.ts'
import { bySlug } from '../frame/shapes.ts'
import { listAuditEntries } from './queries.ts'

export const readAuditLog = operation({
  name: 'organizations.audit-log',
  about: 'Lists changes in an organization, newest first.',
  rest: {
    method: 'GET',
    path: '/platform/organizations/:slug/audit-log',
    status: 200,
    id: 'read-organization-audit-log',
    tag: 'Organizations',
  },
  scope: onOrganization('slug', 'organization_admin_write'),
  input: z.object({
    ...bySlug,
    limit: z.int().min(1).max(100).default(50),
    before: z.int().optional().describe('The last id of the page before.'),
  }),
  output: z.object({
    entries: z.array(
      z.object({
        id: z.int(),
        at: z.string(),
        operation: z.string(),
        account_id: z.string().nullable(),
        email: z.string().nullable(),
        ref: z.string().nullable(),
        request_id: z.string(),
        outcome: z.string().describe('`done`, or the code of the error.'),
      }),
    ),
  }),
  run: async ({ db }, { slug, limit, before }) => ({
    entries: [...(await listAuditEntries(db, { organizationId: slug, limit, before }))],
  }),
})
