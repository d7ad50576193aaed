// Forgets the codes that were sent to a user. Index: one_time_tokens_user_id_token_type_key.

import { sql } from '@plinth/postgres'
import type { Db } from '../deps.ts'

export const deleteOneTimeTokens = async (db: Db, userId: string): Promise<void> => {
  await db.run(sql`delete from auth.one_time_tokens where user_id = ${userId}`)
}
