// Operations of this domain, in the order the reference shows them.

import { addMember } from './add-member.ts'
import { assignRole } from './assign-role.ts'
import { listMemberPages } from './list-members.ts'
import { listRoles } from './list-roles.ts'
import { removeMember } from './remove-member.ts'

export const members = [listMemberPages, addMember, removeMember, assignRole, listRoles]
