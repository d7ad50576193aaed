// Services that the project brought along, as administrators keep them. Index: custom_oauth_providers_identifier_key.

import { ident, join, sql } from '@plinth/postgres'
import type { Db } from '../deps.ts'
import type { CustomProviderRow } from './find-custom-provider.ts'

export type CustomProviderRecord = CustomProviderRow & {
  readonly id: string
  readonly name: string
  readonly jwks_uri: string | null
  readonly cached_discovery: Readonly<Record<string, unknown>> | null
  readonly created_at: string
  readonly updated_at: string
}

const columns = sql`id, provider_type, identifier, name, client_id, client_secret, acceptable_client_ids, scopes,
  pkce_enabled, attribute_mapping, custom_claims_allowlist, authorization_params, enabled, email_optional, issuer,
  discovery_url, skip_nonce_check, cached_discovery, authorization_url, token_url, userinfo_url, jwks_uri, created_at,
  updated_at`

/** All kinds when `type` is empty. */
export const listCustomProviders = (db: Db, type: string): Promise<readonly CustomProviderRecord[]> =>
  db.query<CustomProviderRecord>(sql`
    select ${columns} from auth.custom_oauth_providers
    where ${type} = '' or provider_type = ${type} order by created_at desc, id`)

export const findCustomRecord = (db: Db, identifier: string): Promise<CustomProviderRecord | undefined> =>
  db.maybe<CustomProviderRecord>(sql`
    select ${columns} from auth.custom_oauth_providers where identifier = ${identifier}`)

export type CustomProviderChanges = Partial<Omit<CustomProviderRecord, 'created_at' | 'updated_at'>>

const jsonColumns = new Set(['attribute_mapping', 'authorization_params', 'cached_discovery'])

const pairsOf = (changes: CustomProviderChanges) =>
  Object.entries(changes)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => {
      const isJson = jsonColumns.has(name) && value !== null
      return { name: ident(name), value: isJson ? sql`${{ json: value }}` : sql`${value as string}` }
    })

export const insertCustomProvider = (
  db: Db,
  provider: CustomProviderChanges,
  at: string,
): Promise<CustomProviderRecord> => {
  const pairs = pairsOf(provider)
  return db.one<CustomProviderRecord>(sql`
    insert into auth.custom_oauth_providers (${join(pairs.map(({ name }) => name))}, created_at, updated_at)
    values (${join(pairs.map(({ value }) => value))}, ${at}, ${at})
    returning ${columns}`)
}

export const updateCustomProvider = (
  db: Db,
  id: string,
  changes: CustomProviderChanges,
  at: string,
): Promise<CustomProviderRecord> => {
  const assignments = pairsOf(changes).map(({ name, value }) => sql`${name} = ${value}`)
  return db.one<CustomProviderRecord>(sql`
    update auth.custom_oauth_providers set ${join([...assignments, sql`updated_at = ${at}`])} where id = ${id}
    returning ${columns}`)
}

/** Whether there was one. */
export const deleteCustomProvider = async (db: Db, identifier: string): Promise<boolean> =>
  (await db.maybe(sql`
    delete from auth.custom_oauth_providers where identifier = ${identifier} returning id`)) !== undefined
