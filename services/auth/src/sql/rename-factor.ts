// Gives a second factor another name. Index: mfa_factors_pkey.

import { sql } from '@plinth/postgres'
import type { Db } from '../deps.ts'

export const renameFactor = async (db: Db, id: string, name: string, at: string): Promise<void> => {
  await db.run(sql`update auth.mfa_factors set friendly_name = ${name}, updated_at = ${at} where id = ${id}`)
}
