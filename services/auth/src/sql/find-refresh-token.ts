// A refresh token by its text. Index: refresh_tokens_token_unique.

import { sql } from '@plinth/postgres'
import type { RefreshTokenRow } from '../core/refresh-token-row.ts'
import type { Db } from '../deps.ts'

export const findRefreshToken = (db: Db, token: string): Promise<RefreshTokenRow | undefined> =>
  db.maybe<RefreshTokenRow>(sql`
    select t.id, t.token, t.parent, coalesce(t.revoked, false) as revoked, t.updated_at, t.user_id, t.session_id
    from auth.refresh_tokens t
    where t.token = ${token}`)
