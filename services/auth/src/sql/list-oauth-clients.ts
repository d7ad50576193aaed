// All client apps, newest first. Index: oauth_clients_deleted_at_idx.

import { sql } from '@plinth/postgres'
import type { OAuthClientRow } from '../core/oauth-client.ts'
import type { Db } from '../deps.ts'
import { oauthClientColumns } from './find-oauth-client.ts'

type Slice = { readonly limit: number; readonly offset: number }
type Listed = { readonly clients: readonly OAuthClientRow[]; readonly total: number }

export const listOAuthClients = async (db: Db, { limit, offset }: Slice): Promise<Listed> => {
  const clients = await db.query<OAuthClientRow>(sql`
    select ${oauthClientColumns} from auth.oauth_clients where deleted_at is null
    order by created_at desc, id limit ${limit} offset ${offset}`)
  const { n } = await db.one<{ n: number }>(
    sql`select count(*)::int as n from auth.oauth_clients where deleted_at is null`,
  )
  return { clients, total: n }
}
