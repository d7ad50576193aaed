// A refresh token and its session for the rest of the transaction. Finds nothing while another refresh
// holds them: the caller waits outside the database. Index: refresh_tokens_token_unique.

import { sql } from '@plinth/postgres'
import type { RefreshTokenRow } from '../core/refresh-token-row.ts'
import type { Db } from '../deps.ts'

export const lockRefreshToken = (db: Db, token: string): Promise<RefreshTokenRow | undefined> =>
  db.maybe<RefreshTokenRow>(sql`
    select t.id, t.token, t.parent, coalesce(t.revoked, false) as revoked, t.updated_at, t.user_id, t.session_id
    from auth.refresh_tokens t
    join auth.sessions s on s.id = t.session_id
    where t.token = ${token}
    for update of s, t skip locked`)
