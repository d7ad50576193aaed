// Ends sessions; their refresh tokens go with them. Indexes: sessions_user_id_idx, sessions_pkey.

import { sql } from '@plinth/postgres'
import type { Db } from '../deps.ts'

export type WhichSessions = { readonly ofUser: string; readonly except?: string } | { readonly id: string }

export const deleteSessions = async (db: Db, which: WhichSessions): Promise<void> => {
  await db.run(
    'id' in which
      ? sql`delete from auth.sessions where id = ${which.id}`
      : sql`
        delete from auth.sessions
        where user_id = ${which.ofUser} and id is distinct from ${which.except ?? null}::uuid`,
  )
}
