// One user by what identifies it. Indexes: users_pkey, users_instance_id_email_idx, users_phone_key.

import { type Statement, sql } from '@plinth/postgres'
import type { UserRow } from '../core/user-row.ts'
import type { Db } from '../deps.ts'
import { userColumns } from './user-columns.ts'

export type UserKey =
  | { readonly id: string }
  | { readonly email: string; readonly aud: string }
  | { readonly phone: string; readonly aud: string }

const nobody = '00000000-0000-0000-0000-000000000000'

const condition = (key: UserKey): Statement => {
  if ('id' in key) return sql`u.id = ${key.id}`
  const account = 'email' in key ? sql`lower(u.email::text) = ${key.email}` : sql`u.phone = ${key.phone}`
  return sql`${account} and u.aud = ${key.aud} and not u.is_sso_user`
}

export const findUser = (db: Db, key: UserKey): Promise<UserRow | undefined> =>
  db.maybe<UserRow>(sql`
    select ${userColumns} from auth.users u where u.instance_id = ${nobody} and ${condition(key)} limit 1`)
