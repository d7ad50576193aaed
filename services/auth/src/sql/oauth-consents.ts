// What people allowed to which app. Index: oauth_consents_user_client_unique.

import { sql } from '@plinth/postgres'
import type { OAuthClientRow } from '../core/oauth-client.ts'
import type { Db } from '../deps.ts'

type Key = { readonly userId: string; readonly clientId: string }
type Consent = { readonly scopes: string; readonly granted_at: string }

export const findConsent = (db: Db, { userId, clientId }: Key): Promise<Consent | undefined> =>
  db.maybe<Consent>(sql`
    select scopes, granted_at from auth.oauth_consents
    where user_id = ${userId} and client_id = ${clientId} and revoked_at is null`)

export const storeConsent = async (
  db: Db,
  { userId, clientId, scopes, at }: Key & { readonly scopes: string; readonly at: string },
): Promise<void> => {
  await db.run(sql`
    insert into auth.oauth_consents (id, user_id, client_id, scopes, granted_at)
    values (gen_random_uuid(), ${userId}, ${clientId}, ${scopes}, ${at})
    on conflict (user_id, client_id)
    do update set scopes = excluded.scopes, granted_at = excluded.granted_at, revoked_at = null`)
}

/** The sessions that the app holds end with it. */
export const revokeConsent = async (db: Db, { userId, clientId }: Key, at: string): Promise<void> => {
  await db.run(sql`
    update auth.oauth_consents set revoked_at = greatest(${at}::timestamptz, granted_at)
    where user_id = ${userId} and client_id = ${clientId} and revoked_at is null`)
  await db.run(sql`
    delete from auth.sessions where user_id = ${userId} and oauth_client_id = ${clientId}`)
}

type Granted = Consent & Pick<OAuthClientRow, 'id' | 'client_name' | 'client_uri' | 'logo_uri'>

export const listConsents = (db: Db, userId: string): Promise<readonly Granted[]> =>
  db.query<Granted>(sql`
    select n.scopes, n.granted_at, c.id, c.client_name, c.client_uri, c.logo_uri
    from auth.oauth_consents n join auth.oauth_clients c on c.id = n.client_id and c.deleted_at is null
    where n.user_id = ${userId} and n.revoked_at is null
    order by n.granted_at desc`)
