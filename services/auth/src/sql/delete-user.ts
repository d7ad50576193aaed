// Removes a user and all that follows it. Index: users_pkey.

import { sql } from '@plinth/postgres'
import type { Db } from '../deps.ts'

export const deleteUser = async (db: Db, id: string): Promise<void> => {
  await db.run(sql`delete from auth.users where id = ${id}`)
}
