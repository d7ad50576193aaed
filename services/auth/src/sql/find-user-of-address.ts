// Whoever holds a mail address already, as an account or as an identity of one; single sign-on apart.
// Indexes: users_instance_id_email_idx, identities_email_idx.

import { sql } from '@plinth/postgres'
import type { UserRow } from '../core/user-row.ts'
import type { Db } from '../deps.ts'
import { userColumns } from './user-columns.ts'

type Address = { readonly email: string; readonly aud: string; readonly exceptUser?: string }

export const findUserOfAddress = (
  db: Db,
  { email, aud, exceptUser }: Address,
): Promise<UserRow | undefined> =>
  db.maybe<UserRow>(sql`
    select ${userColumns}
    from auth.users u
    where u.id in (
        select a.id from auth.users a
        where a.instance_id = '00000000-0000-0000-0000-000000000000'
          and lower(a.email::text) = ${email} and not a.is_sso_user
        union all
        select i.user_id from auth.identities i where i.email = ${email} and i.provider not like 'sso:%'
      )
      and u.aud = ${aud}
      and u.id is distinct from ${exceptUser ?? null}::uuid
    limit 1`)
