// Operations of this domain, in the order the reference shows them.

import { createOrganization } from './create-organization.ts'
import { getOrganization } from './get-organization.ts'
import { listEntitlements } from './list-entitlements.ts'
import { listMembers } from './list-members.ts'
import { listOrganizations } from './list-organizations.ts'
import { readAuditLog } from './read-audit-log.ts'

export const organizations = [
  createOrganization,
  listOrganizations,
  getOrganization,
  listMembers,
  listEntitlements,
  readAuditLog,
]
