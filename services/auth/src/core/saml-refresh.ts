// Documents of identity providers, read from their own addresses: when a connection is made, and again when they are
// too old.

import type { Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import type { SsoProviderRow } from '../sql/sso-providers.ts'
import { type IdpMetadata, isStale, parseIdpMetadata } from './saml-metadata.ts'
import { millis } from './time.ts'

const accept = { accept: 'application/samlmetadata+xml, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1' }

/** Redirects are followed a little way: providers like to move. */
export const fetchMetadata = async ({ outbound }: Pick<Parts, 'outbound'>, url: string): Promise<string> => {
  const answer = await outbound({ url, headers: accept, redirects: 3 }).catch((cause: unknown) => {
    throw errors.samlFetchFailed(`Error fetching SAML Metadata from URL '${url}'`, cause)
  })
  if (answer.status === 200) return answer.text
  throw errors.samlFetchFailed(`HTTP ${answer.status} error fetching SAML Metadata from URL '${url}'`)
}

const month = 30 * 86_400_000

type Fresh = {
  readonly idp: IdpMetadata
  /** The document, where it was read anew; for keeping once it has proved itself. */
  readonly fresh?: string
}

/** A provider that cannot be reached, or is suddenly somebody else, goes on as it was known. */
const refresh = async (parts: Parts, { id, entity_id }: SsoProviderRow, url: string): Promise<Fresh> => {
  const fresh = await fetchMetadata(parts, url)
  const idp = await parseIdpMetadata(fresh)
  if (idp.entityId !== entity_id) throw errors.samlEntityMismatch(entity_id, idp.entityId)
  parts.observe({ level: 'info', event: 'auth.saml_metadata_read', fields: { provider: id } })
  return { idp, fresh }
}

export const readFreshMetadata = async (parts: Parts, provider: SsoProviderRow): Promise<Fresh> => {
  const idp = await parseIdpMetadata(provider.metadata_xml)
  const now = parts.clock()
  const fields = { provider: provider.id }
  if (provider.metadata_url === null || provider.metadata_url === '') {
    if (idp.validUntil !== undefined && now > idp.validUntil - month) {
      parts.observe({ level: 'warn', event: 'auth.saml_metadata_expires', fields })
    }
    return { idp }
  }
  if (!isStale(idp, millis(provider.metadata_at), now)) return { idp }
  return refresh(parts, provider, provider.metadata_url).catch((error: unknown) => {
    parts.observe({ level: 'warn', event: 'auth.saml_metadata_stale', fields, error })
    return { idp }
  })
}
