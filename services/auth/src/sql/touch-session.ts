// Notes when and from where a session was refreshed. Index: sessions_pkey.

import { sql } from '@plinth/postgres'
import type { Db, Origin } from '../deps.ts'

export const touchSession = async (
  db: Db,
  id: string,
  { ip, userAgent }: Origin,
  at: string,
): Promise<void> => {
  await db.run(sql`
    update auth.sessions
    set refreshed_at = ${at}::timestamptz at time zone 'UTC', user_agent = ${userAgent ?? null},
        ip = ${ip ?? null}, updated_at = ${at}
    where id = ${id}`)
}
