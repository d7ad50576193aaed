// A client app that is still there. Index: oauth_clients_pkey.

import { type Statement, sql } from '@plinth/postgres'
import type { OAuthClientRow } from '../core/oauth-client.ts'
import type { Db } from '../deps.ts'

export const oauthClientColumns: Statement = sql`
  id, client_secret_hash, registration_type, redirect_uris, grant_types, client_name, client_uri, logo_uri,
  created_at, updated_at, client_type, token_endpoint_auth_method`

export const findOAuthClient = (db: Db, id: string): Promise<OAuthClientRow | undefined> =>
  db.maybe<OAuthClientRow>(sql`
    select ${oauthClientColumns} from auth.oauth_clients where id = ${id} and deleted_at is null`)
