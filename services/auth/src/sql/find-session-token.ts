// The oldest refresh token of a session that still counts, held for the rest of the transaction.
// Index: refresh_tokens_session_id_revoked_idx.

import { sql } from '@plinth/postgres'
import type { RefreshTokenRow } from '../core/refresh-token-row.ts'
import type { Db } from '../deps.ts'

export const findSessionToken = (db: Db, sessionId: string): Promise<RefreshTokenRow | undefined> =>
  db.maybe<RefreshTokenRow>(sql`
    select t.id, t.token, t.parent, false as revoked, t.updated_at, t.user_id, t.session_id
    from auth.refresh_tokens t
    where t.session_id = ${sessionId} and t.revoked is false
    order by t.id
    limit 1
    for update`)
