// The token that a session may be refreshed with now. Index: refresh_tokens_session_id_revoked_idx.

import { sql } from '@plinth/postgres'
import type { Db } from '../deps.ts'

type ActiveToken = { readonly token: string; readonly parent: string | null }

export const findActiveRefreshToken = (db: Db, sessionId: string): Promise<ActiveToken | undefined> =>
  db.maybe<ActiveToken>(sql`
    select t.token, t.parent
    from auth.refresh_tokens t
    where t.session_id = ${sessionId} and t.revoked is false
    order by t.id desc
    limit 1`)
