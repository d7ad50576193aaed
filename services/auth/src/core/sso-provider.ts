// Connections to identity providers, as administrators make and change them.

import { randomUUID } from 'node:crypto'
import { isDatabaseError } from '@plinth/postgres'
import type { Db, Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import {
  deleteSsoDomains,
  findSsoProvider,
  insertSsoDomains,
  insertSsoProvider,
  type NewSsoProvider,
  type SsoProviderRow,
  updateSsoProvider,
} from '../sql/sso-providers.ts'
import type { AttributeMapping } from './saml-assertion.ts'
import { parseIdpMetadata } from './saml-metadata.ts'
import { fetchMetadata } from './saml-refresh.ts'
import { iso, withZ } from './time.ts'

/** Absent texts are empty; what else is absent is `undefined`. */
export type SsoProviderWish = {
  readonly type: string
  readonly metadata_url: string
  readonly metadata_xml: string
  readonly domains: readonly string[] | undefined
  readonly attribute_mapping: AttributeMapping | undefined
  readonly name_id_format: string
  readonly resource_id: string | undefined
  readonly disabled: boolean | undefined
}

const nameIdFormats = [
  'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
  'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
  'urn:oasis:names:tc:SAML:2.0:nameid-format:transient',
  'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
]

const checkUrl = (url: string): void => {
  if (!URL.canParse(url) || /[\s\\]/.test(url)) throw errors.invalid('metadata_url is not a valid URL')
  if (new URL(url).protocol !== 'https:') throw errors.invalid('metadata_url is not a HTTPS URL')
}

const check = ({ metadata_url: url, metadata_xml: xml, name_id_format: format }: SsoProviderWish): void => {
  if (url !== '' && xml !== '') {
    throw errors.invalid('Only one of metadata_xml or metadata_url needs to be set')
  }
  if (url !== '') checkUrl(url)
  if (format !== '' && !nameIdFormats.includes(format)) {
    throw errors.invalid(`name_id_format must be unspecified or one of ${nameIdFormats.join(', ')}`)
  }
}

const readMetadata = async (
  parts: Parts,
  { metadata_url: url, metadata_xml }: SsoProviderWish,
): Promise<{ readonly xml: string; readonly entityId: string }> => {
  const xml = metadata_xml === '' ? await fetchMetadata(parts, url) : metadata_xml
  if (xml.includes('\uFFFD') || !xml.isWellFormed()) {
    const why = 'contains invalid UTF-8 characters, which are not supported at this time'
    throw errors.invalid(`SAML Metadata XML ${why}`)
  }
  return { xml, entityId: (await parseIdpMetadata(xml)).entityId }
}

const checkDomains = async (
  db: Db,
  domains: readonly string[],
  own: string | undefined,
  describe: (domain: string, id: string) => string,
): Promise<void> => {
  for (const domain of domains) {
    if (domain === '') throw errors.invalid('domains must not be empty')
    const found = await findSsoProvider(db, { domain })
    if (found !== undefined && found.id !== own) throw errors.ssoDomainTaken(describe(domain, found.id))
  }
}

/** As it is told to administrators; lists leave the document out. */
export const renderSsoProvider = (row: SsoProviderRow, withXml = true): object => ({
  id: row.id,
  ...(row.resource_id === null ? {} : { resource_id: row.resource_id }),
  disabled: row.disabled,
  saml: {
    entity_id: row.entity_id,
    ...(withXml ? { metadata_xml: row.metadata_xml } : {}),
    ...(row.metadata_url === null ? {} : { metadata_url: row.metadata_url }),
    attribute_mapping: row.attribute_mapping ?? {},
    ...(row.name_id_format === null ? {} : { name_id_format: row.name_id_format }),
  },
  domains: row.domains.map((domain) => ({ domain })),
  created_at: withZ(row.created_at),
  updated_at: withZ(row.updated_at),
})

/** Who was faster took the name or the domain. */
const asConflict = (error: unknown): never => {
  throw isDatabaseError(error) && /^23/.test(error.sqlstate) ? errors.ssoConflict(error) : error
}

const reread = async (db: Db, id: string): Promise<SsoProviderRow> => {
  const row = await findSsoProvider(db, { id })
  if (row === undefined) throw errors.ssoProviderNotFound()
  return row
}

export const createSsoProvider = async (parts: Parts, wish: SsoProviderWish): Promise<SsoProviderRow> => {
  if (wish.type !== 'saml') throw errors.invalid("Only 'saml' supported for SSO provider type")
  check(wish)
  if (wish.metadata_url === '' && wish.metadata_xml === '') {
    throw errors.invalid('Either metadata_xml or metadata_url must be set')
  }
  const { xml, entityId } = await readMetadata(parts, wish)
  const { pool } = parts
  if ((await findSsoProvider(pool, { entityId })) !== undefined) throw errors.samlProviderExists(entityId)
  const domains = [...new Set(wish.domains ?? [])]
  await checkDomains(pool, domains, undefined, (domain, id) => {
    return `SSO Domain '${domain}' is already assigned to an SSO identity provider (${id})`
  })
  const id = randomUUID()
  const at = iso(parts.clock())
  return pool
    .transaction(async (db) => {
      const row: NewSsoProvider = {
        id,
        resource_id: wish.resource_id || null,
        disabled: wish.disabled ?? null,
        entity_id: entityId,
        metadata_xml: xml,
        metadata_url: wish.metadata_url || null,
        attribute_mapping: wish.attribute_mapping ?? {},
        name_id_format: wish.name_id_format || null,
      }
      await insertSsoProvider(db, row, at)
      await insertSsoDomains(db, id, domains, at)
      return reread(db, id)
    })
    .catch(asConflict)
}

/** What is not mentioned stays, but for the format of names: upstream takes it back to the usual one. */
export const changeSsoProvider = async (
  parts: Parts,
  old: SsoProviderRow,
  wish: SsoProviderWish,
): Promise<SsoProviderRow> => {
  check(wish)
  const isRead = wish.metadata_url !== '' || wish.metadata_xml !== ''
  const read = isRead ? await readMetadata(parts, wish) : undefined
  if (read !== undefined && read.entityId !== old.entity_id) {
    throw errors.samlEntityMismatch(old.entity_id, read.entityId)
  }
  const domains = wish.domains && [...new Set(wish.domains)]
  await checkDomains(parts.pool, domains ?? [], old.id, (domain, id) => {
    return `SSO domain '${domain}' already assigned to another provider (${id})`
  })
  const at = iso(parts.clock())
  const row: NewSsoProvider = {
    ...old,
    resource_id: wish.resource_id === undefined ? old.resource_id : wish.resource_id || null,
    disabled: wish.disabled ?? old.disabled,
    metadata_xml: read?.xml ?? old.metadata_xml,
    metadata_url: wish.metadata_url || old.metadata_url,
    attribute_mapping: wish.attribute_mapping?.keys ? wish.attribute_mapping : old.attribute_mapping,
    name_id_format: wish.name_id_format || null,
  }
  return parts.pool
    .transaction(async (db) => {
      await updateSsoProvider(db, row, at)
      if (domains !== undefined) {
        await deleteSsoDomains(db, old.id, domains)
        const added = domains.filter((domain) => !old.domains.includes(domain))
        await insertSsoDomains(db, old.id, added, at)
      }
      return reread(db, old.id)
    })
    .catch(asConflict)
}
