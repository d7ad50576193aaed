// Forgets one kind of code of a user. Index: one_time_tokens_user_id_token_type_key.

import { sql } from '@plinth/postgres'
import type { CodeType } from '../core/code-slot.ts'
import type { Db } from '../deps.ts'

export const deleteOneTimeToken = async (db: Db, userId: string, type: CodeType): Promise<void> => {
  await db.run(sql`delete from auth.one_time_tokens where user_id = ${userId} and token_type = ${type}`)
}
