// Lets go of factors that somebody began to set up and never challenged. Index: mfa_factors_user_id_idx.

import { sql } from '@plinth/postgres'
import type { Db } from '../deps.ts'

export const deleteStaleFactors = async (db: Db, userId: string, before: string): Promise<void> => {
  await db.run(sql`
    delete from auth.mfa_factors f
    where f.user_id = ${userId} and f.status <> 'verified' and f.created_at < ${before}
      and not exists (select 1 from auth.mfa_challenges c where c.factor_id = f.id)`)
}
