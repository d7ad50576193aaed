// A service that the project brought along, by its name. Index: custom_oauth_providers_identifier_key.

import { sql } from '@plinth/postgres'
import type { Db } from '../deps.ts'

type Json = Readonly<Record<string, unknown>>

export type CustomProviderRow = {
  readonly identifier: string
  readonly provider_type: 'oauth2' | 'oidc'
  readonly client_id: string
  readonly client_secret: string
  readonly acceptable_client_ids: readonly string[]
  readonly scopes: readonly string[]
  readonly pkce_enabled: boolean
  readonly attribute_mapping: Json | null
  readonly authorization_params: Json
  readonly enabled: boolean
  readonly email_optional: boolean
  readonly issuer: string | null
  readonly discovery_url: string | null
  readonly skip_nonce_check: boolean
  readonly authorization_url: string | null
  readonly token_url: string | null
  readonly userinfo_url: string | null
  readonly custom_claims_allowlist: readonly string[]
}

export const findCustomProvider = (db: Db, identifier: string): Promise<CustomProviderRow | undefined> =>
  db.maybe<CustomProviderRow>(sql`
    select identifier, provider_type, client_id, client_secret, acceptable_client_ids, scopes, pkce_enabled,
      attribute_mapping, authorization_params, enabled, email_optional, issuer, discovery_url, skip_nonce_check,
      authorization_url, token_url, userinfo_url, custom_claims_allowlist
    from auth.custom_oauth_providers where identifier = ${identifier}`)
