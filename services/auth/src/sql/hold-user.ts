// Holds a user for the rest of the transaction, waiting for whoever does so now. Index: users_pkey.

import { sql } from '@plinth/postgres'
import type { Db } from '../deps.ts'

export const holdUser = async (db: Db, id: string): Promise<void> => {
  await db.run(sql`select 1 from auth.users where id = ${id} for update`)
}
