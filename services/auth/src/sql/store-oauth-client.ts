// Adds a client app, or changes columns of one.

import { ident, join, sql } from '@plinth/postgres'
import type { OAuthClientRow } from '../core/oauth-client.ts'
import type { Db } from '../deps.ts'
import { oauthClientColumns } from './find-oauth-client.ts'

type NewClient = Omit<OAuthClientRow, 'created_at' | 'updated_at'> & { readonly at: string }

export const insertOAuthClient = (db: Db, client: NewClient): Promise<OAuthClientRow> =>
  db.one<OAuthClientRow>(sql`
    insert into auth.oauth_clients (
      id, client_secret_hash, registration_type, redirect_uris, grant_types, client_name, client_uri, logo_uri,
      client_type, token_endpoint_auth_method, created_at, updated_at
    ) values (
      ${client.id}, ${client.client_secret_hash}, ${client.registration_type}, ${client.redirect_uris},
      ${client.grant_types}, ${client.client_name}, ${client.client_uri}, ${client.logo_uri},
      ${client.client_type}, ${client.token_endpoint_auth_method}, ${client.at}, ${client.at}
    ) returning ${oauthClientColumns}`)

type Changes = { readonly [K in keyof OAuthClientRow | 'deleted_at']?: string | null | undefined }

export const updateOAuthClient = (
  db: Db,
  id: string,
  changes: Changes,
  at: string,
): Promise<OAuthClientRow> => {
  const columns = Object.entries(changes).filter((entry) => entry[1] !== undefined)
  const assignments = columns.map(([name, value]) => sql`${ident(name)} = ${value ?? null}`)
  return db.one<OAuthClientRow>(sql`
    update auth.oauth_clients set ${join([...assignments, sql`updated_at = ${at}`])} where id = ${id}
    returning ${oauthClientColumns}`)
}
