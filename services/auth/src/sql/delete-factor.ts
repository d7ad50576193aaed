// Removes a second factor; sessions that it had raised stand where they stood before.

import { sql } from '@plinth/postgres'
import type { Db } from '../deps.ts'

type Removal = { readonly id: string; readonly userId: string; readonly method: string }

export const deleteFactor = async (db: Db, { id, userId, method }: Removal): Promise<void> => {
  await db.run(sql`delete from auth.mfa_factors where id = ${id}`)
  await db.run(sql`
    delete from auth.mfa_amr_claims a using auth.sessions s
    where s.id = a.session_id and s.user_id = ${userId} and s.factor_id = ${id}
      and a.authentication_method = ${method}`)
  await db.run(sql`
    update auth.sessions set aal = 'aal1', factor_id = null
    where user_id = ${userId} and factor_id = ${id}`)
}
