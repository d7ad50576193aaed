// Specs as the control plane would send them.

import { type ProjectRef, StackSpec, type StackSpecInput } from '@plinth/contracts'

const letters = 'abcdefghijklmnopqrstuvwxyz'

/** A ref that is the same for the same number. */
export const refOf = (n: number): ProjectRef =>
  // Twenty letters by construction.
  Array.from({ length: 20 }, (_, at) => letters[Math.floor(n / 26 ** at) % 26]).join('') as ProjectRef

export const passwordOf = (role: string): string => `${role}-secret-of-a-test`

export const specOf = (ref: ProjectRef, version = 1, more: Partial<StackSpecInput> = {}): StackSpec =>
  StackSpec.parse({
    ref,
    version,
    publicUrl: `http://${ref}.localhost:8000`,
    loopbackPort: 28_001,
    jwt: { secret: 'a secret of at least thirty-two characters' },
    database: {
      passwords: {
        postgres: passwordOf('postgres'),
        supabase_admin: passwordOf('supabase_admin'),
        authenticator: passwordOf('authenticator'),
        supabase_auth_admin: passwordOf('supabase_auth_admin'),
        supabase_storage_admin: passwordOf('supabase_storage_admin'),
        supabase_read_only_user: passwordOf('supabase_read_only_user'),
        plinth_sql: passwordOf('plinth_sql'),
      },
    },
    rest: {},
    auth: {},
    ...more,
  })
