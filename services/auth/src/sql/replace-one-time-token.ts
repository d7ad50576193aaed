// Remembers the digest of a code that was sent; an older one of the same kind is void.
// Index: one_time_tokens_user_id_token_type_key.

import { sql } from '@plinth/postgres'
import type { CodeType } from '../core/code-slot.ts'
import type { Db } from '../deps.ts'

type OneTimeToken = {
  readonly userId: string
  readonly type: CodeType
  readonly hash: string
  readonly relatesTo: string
  readonly at: string
}

export const replaceOneTimeToken = async (db: Db, token: OneTimeToken): Promise<void> => {
  const { userId, type, hash, relatesTo, at } = token
  await db.run(sql`
    insert into auth.one_time_tokens (id, user_id, token_type, token_hash, relates_to, created_at, updated_at)
    values (
      gen_random_uuid(), ${userId}, ${type}, ${hash}, lower(${relatesTo}),
      ${at}::timestamptz at time zone 'UTC', ${at}::timestamptz at time zone 'UTC'
    )
    on conflict (user_id, token_type) do update
    set token_hash = excluded.token_hash, relates_to = excluded.relates_to,
        created_at = excluded.created_at, updated_at = excluded.updated_at`)
}
