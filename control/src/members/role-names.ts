// Roles as clients spell them.

import type { Role } from '../frame/scopes.ts'

export const roleNames: Readonly<Record<Role, string>> = {
  owner: 'Owner',
  administrator: 'Administrator',
  developer: 'Developer',
  'read-only': 'Read-only',
}
