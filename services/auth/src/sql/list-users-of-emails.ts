// Accounts that are known by any of these addresses, of their own or of an identity; single sign-on stands apart: a
// provider of it knows nobody but its own.
// Indexes: users_email_partial_key, identities_email_idx.

import { sql } from '@plinth/postgres'
import type { Db } from '../deps.ts'

type Known = { readonly id: string; readonly by_identity: boolean }
type Sought = { readonly emails: readonly string[]; readonly aud: string; readonly provider: string }

export const listUsersOfEmails = (db: Db, { emails, aud, provider }: Sought): Promise<readonly Known[]> =>
  provider.startsWith('sso:')
    ? db.query<Known>(sql`
        select i.user_id as id, true as by_identity
        from auth.identities i join auth.users u on u.id = i.user_id
        where i.email = any (${emails}::text[]) and i.provider = ${provider} and u.aud = ${aud}`)
    : db.query<Known>(sql`
        select i.user_id as id, true as by_identity
        from auth.identities i join auth.users u on u.id = i.user_id
        where i.email = any (${emails}::text[]) and i.provider not like 'sso:%' and u.aud = ${aud}
        union
        select id, false from auth.users
        where email = any (${emails}::text[]) and not is_sso_user and aud = ${aud}`)
