// Who a digest of one of these kinds was sent to. Index: one_time_tokens_token_hash_hash_idx.

import { sql } from '@plinth/postgres'
import type { CodeType } from '../core/code-slot.ts'
import type { UserRow } from '../core/user-row.ts'
import type { Db } from '../deps.ts'
import { userColumns } from './user-columns.ts'

/** With the place where the digest lies. */
type CodeOwner = UserRow & { readonly slot: CodeType }

type Code = { readonly hash: string; readonly types: readonly CodeType[] }

/** The row is held for the rest of the transaction: a code counts once. */
export const findUserOfCode = (db: Db, { hash, types }: Code): Promise<CodeOwner | undefined> =>
  db.maybe<CodeOwner>(sql`
    select ${userColumns}, t.token_type as slot
    from auth.one_time_tokens t
    join auth.users u on u.id = t.user_id
    where t.token_hash = ${hash} and t.token_type = any (${types}::auth.one_time_token_type[])
    limit 1
    for update of t, u`)
