// API keys as a stack's spec carries them: digests and roles, never the keys.

import type { StackApiKey } from '@plinth/contracts'
import type { NewKey } from './rows.ts'

/** The Postgres role a request with this key alone runs as. */
const roleOf = (key: NewKey): string => {
  if (key.type === 'legacy') return key.name
  if (key.type === 'publishable') return 'anon'
  const role = key.secret_jwt_template?.['role']
  return typeof role === 'string' ? role : 'service_role'
}

export const stackKeys = (keys: readonly NewKey[]): readonly StackApiKey[] =>
  keys.map((key) => ({
    id: key.id,
    type: key.type,
    name: key.name,
    hash: key.hash,
    role: roleOf(key),
  }))
