// Revokes a refresh token and puts its child in its place.

import { sql } from '@plinth/postgres'
import type { RefreshTokenRow } from '../core/refresh-token-row.ts'
import type { Db } from '../deps.ts'

type Swap = { readonly old: RefreshTokenRow; readonly token: string; readonly at: string }

export const swapRefreshToken = async (db: Db, { old, token, at }: Swap): Promise<void> => {
  await db.run(sql`
    with revoked as (
      update auth.refresh_tokens set revoked = true, updated_at = ${at} where id = ${old.id} and revoked is not true
    )
    insert into auth.refresh_tokens
      (instance_id, token, user_id, revoked, created_at, updated_at, parent, session_id)
    values (
      '00000000-0000-0000-0000-000000000000', ${token}, ${old.user_id}, false, ${at}, ${at}, ${old.token},
      ${old.session_id}
    )`)
}
