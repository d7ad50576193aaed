// Starts the clock of the newest PKCE sign-in of a user and gives its code. Index: idx_user_id_auth_method.

import { sql } from '@plinth/postgres'
import type { Db } from '../deps.ts'

type Issue = { readonly userId: string; readonly method: string; readonly at: string }

export const issueAuthCode = async (db: Db, { userId, method, at }: Issue): Promise<string | undefined> => {
  const row = await db.maybe<{ auth_code: string }>(sql`
    update auth.flow_state set auth_code_issued_at = ${at}, updated_at = ${at}
    where id = (
      select id from auth.flow_state
      where user_id = ${userId} and authentication_method = ${method} and code_challenge is not null
      order by created_at desc
      limit 1
    )
    returning auth_code`)
  return row?.auth_code
}
