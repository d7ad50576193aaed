// A challenge that never reached anybody: as if it had not been asked. Index: mfa_challenges_pkey.

import { sql } from '@plinth/postgres'
import type { Db } from '../deps.ts'

type Undoing = { readonly id: string; readonly factorId: string; readonly lastAt: string | null }

export const undoChallenge = async (db: Db, { id, factorId, lastAt }: Undoing): Promise<void> => {
  await db.run(sql`
    with gone as (delete from auth.mfa_challenges where id = ${id})
    update auth.mfa_factors set last_challenged_at = ${lastAt} where id = ${factorId}`)
}
