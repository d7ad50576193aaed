// Operations of this domain, in the order the reference shows them.

import { createOrganization } from './create-organization.ts'
import { getOrganization } from './get-organization.ts'
import { listMembers } from './list-members.ts'
import { listOrganizations } from './list-organizations.ts'

export const organizations = [createOrganization, listOrganizations, getOrganization, listMembers]
