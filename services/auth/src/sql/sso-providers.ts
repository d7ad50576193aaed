// Identity providers of single sign-on, with their domains. Indexes: sso_providers_pkey, saml_providers_entity_id_key,
// sso_domains_domain_idx, sso_providers_resource_id_idx.

import { join, sql } from '@plinth/postgres'
import type { AttributeMapping } from '../core/saml-assertion.ts'
import type { Db } from '../deps.ts'

export type SsoProviderRow = {
  readonly id: string
  readonly resource_id: string | null
  readonly disabled: boolean | null
  readonly created_at: string
  readonly updated_at: string
  readonly entity_id: string
  readonly metadata_xml: string
  readonly metadata_url: string | null
  readonly attribute_mapping: AttributeMapping | null
  readonly name_id_format: string | null
  /** When the metadata was last read. */
  readonly metadata_at: string
  readonly domains: readonly string[]
}

const rows = sql`
  select p.id, p.resource_id, p.disabled, p.created_at, p.updated_at, s.entity_id, s.metadata_xml, s.metadata_url,
    s.attribute_mapping, s.name_id_format, s.updated_at as metadata_at,
    (
      select coalesce(json_agg(d.domain order by d.created_at, d.domain), '[]')
      from auth.sso_domains d where d.sso_provider_id = p.id
    ) as domains
  from auth.sso_providers p join auth.saml_providers s on s.sso_provider_id = p.id`

export type SsoKey =
  | { readonly id: string }
  | { readonly resourceId: string }
  | { readonly domain: string }
  | { readonly entityId: string }

const where = (key: SsoKey) => {
  if ('id' in key) return sql`p.id = ${key.id}`
  if ('resourceId' in key) return sql`p.resource_id = ${key.resourceId}`
  if ('entityId' in key) return sql`s.entity_id = ${key.entityId}`
  return sql`p.id in (select sso_provider_id from auth.sso_domains where lower(domain) = lower(${key.domain}))`
}

export const findSsoProvider = (db: Db, key: SsoKey): Promise<SsoProviderRow | undefined> =>
  db.maybe<SsoProviderRow>(sql`${rows} where ${where(key)} limit 1`)

type Filter = { readonly resourceId: string; readonly resourceIdPrefix: string }

export const listSsoProviders = (
  db: Db,
  { resourceId, resourceIdPrefix }: Filter,
): Promise<readonly SsoProviderRow[]> =>
  db.query<SsoProviderRow>(sql`
    ${rows}
    where (${resourceId} = '' or p.resource_id = ${resourceId})
      and (${resourceId} <> '' or ${resourceIdPrefix} = '' or starts_with(p.resource_id, ${resourceIdPrefix}))
    order by p.created_at, p.id`)

export type NewSsoProvider = Omit<SsoProviderRow, 'created_at' | 'updated_at' | 'metadata_at' | 'domains'>

export const insertSsoProvider = async (db: Db, provider: NewSsoProvider, at: string): Promise<void> => {
  const { id } = provider
  await db.run(sql`
    insert into auth.sso_providers (id, resource_id, disabled, created_at, updated_at)
    values (${id}, ${provider.resource_id}, ${provider.disabled}, ${at}, ${at})`)
  await db.run(sql`
    insert into auth.saml_providers (
      id, sso_provider_id, entity_id, metadata_xml, metadata_url, attribute_mapping, name_id_format, created_at,
      updated_at
    ) values (
      gen_random_uuid(), ${id}, ${provider.entity_id}, ${provider.metadata_xml}, ${provider.metadata_url},
      ${{ json: provider.attribute_mapping }}, ${provider.name_id_format}, ${at}, ${at}
    )`)
}

export const insertSsoDomains = async (
  db: Db,
  id: string,
  domains: readonly string[],
  at: string,
): Promise<void> => {
  if (domains.length === 0) return
  const values = domains.map((domain) => sql`(gen_random_uuid(), ${id}, ${domain}, ${at}, ${at})`)
  await db.run(sql`
    insert into auth.sso_domains (id, sso_provider_id, domain, created_at, updated_at) values ${join(values)}`)
}

export const deleteSsoDomains = async (db: Db, id: string, kept: readonly string[]): Promise<void> => {
  await db.run(sql`
    delete from auth.sso_domains where sso_provider_id = ${id} and domain <> all (${kept}::text[])`)
}

export const updateSsoProvider = async (db: Db, provider: NewSsoProvider, at: string): Promise<void> => {
  const { id } = provider
  await db.run(sql`
    update auth.sso_providers
    set resource_id = ${provider.resource_id}, disabled = ${provider.disabled}, updated_at = ${at}
    where id = ${id}`)
  await db.run(sql`
    update auth.saml_providers
    set metadata_xml = ${provider.metadata_xml}, metadata_url = ${provider.metadata_url},
      attribute_mapping = ${{ json: provider.attribute_mapping }}, name_id_format = ${provider.name_id_format},
      updated_at = ${at}
    where sso_provider_id = ${id}`)
}

/** What was read anew from the provider's own address. */
export const storeSamlMetadata = async (db: Db, id: string, xml: string, at: string): Promise<void> => {
  await db.run(sql`
    update auth.saml_providers set metadata_xml = ${xml}, updated_at = ${at} where sso_provider_id = ${id}`)
}

export const deleteSsoProvider = async (db: Db, id: string): Promise<void> => {
  await db.run(sql`delete from auth.sso_providers where id = ${id}`)
}
