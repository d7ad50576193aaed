// Who wants to change to this phone number.

import { sql } from '@plinth/postgres'
import type { UserRow } from '../core/user-row.ts'
import type { Db } from '../deps.ts'
import { userColumns } from './user-columns.ts'

type PhoneChange = { readonly phone: string; readonly aud: string }

export const findUserOfPhoneChange = (db: Db, { phone, aud }: PhoneChange): Promise<UserRow | undefined> =>
  db.maybe<UserRow>(sql`
    select ${userColumns} from auth.users u
    where u.phone_change = ${phone} and u.aud = ${aud} and not u.is_sso_user
    order by u.phone_change_sent_at desc
    limit 1
    for update of u`)
