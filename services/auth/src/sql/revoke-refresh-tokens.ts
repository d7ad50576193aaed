// Revokes every token of a session: one of them was used by somebody who should not have had it. They count as
// revoked so long ago that no reuse interval brings one back. Index: refresh_tokens_session_id_revoked_idx.

import { sql } from '@plinth/postgres'
import type { Db } from '../deps.ts'

export const revokeRefreshTokens = async (db: Db, sessionId: string, longAgo: string): Promise<void> => {
  await db.run(sql`
    update auth.refresh_tokens set revoked = true, updated_at = least(updated_at, ${longAgo})
    where session_id = ${sessionId}`)
}
