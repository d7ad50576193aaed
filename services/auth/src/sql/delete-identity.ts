// Removes one identity. Index: identities_pkey.

import { sql } from '@plinth/postgres'
import type { Db } from '../deps.ts'

export const deleteIdentity = async (db: Db, id: string): Promise<void> => {
  await db.run(sql`delete from auth.identities where id = ${id}`)
}
