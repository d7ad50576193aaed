// Holds a user for the rest of the transaction; false while somebody else does. Index: users_pkey.

import { sql } from '@plinth/postgres'
import type { Db } from '../deps.ts'

export const lockUser = async (db: Db, id: string): Promise<boolean> => {
  const row = await db.maybe(sql`select 1 as held from auth.users where id = ${id} for update skip locked`)
  return row !== undefined
}
