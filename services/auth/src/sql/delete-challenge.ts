// A challenge whose time is over. Index: mfa_challenges_pkey.

import { sql } from '@plinth/postgres'
import type { Db } from '../deps.ts'

export const deleteChallenge = async (db: Db, id: string): Promise<void> => {
  await db.run(sql`delete from auth.mfa_challenges where id = ${id}`)
}
