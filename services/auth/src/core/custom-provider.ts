// Services that the project brings along, as administrators make and change them. What cannot work is refused when it
// is written, not when the first person signs in.

import { randomUUID } from 'node:crypto'
import { isIP } from 'node:net'
import { isPublicAddress } from '@plinth/http'
import { isDatabaseError } from '@plinth/postgres'
import type { Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import {
  type CustomProviderChanges,
  type CustomProviderRecord,
  findCustomRecord,
  insertCustomProvider,
  updateCustomProvider,
} from '../sql/custom-providers.ts'
import { textAt } from './json-path.ts'
import { iso, withZ } from './time.ts'

type Json = Readonly<Record<string, unknown>>

/** Absent texts are empty; what else is absent is `undefined`. */
export type CustomProviderWish = {
  readonly provider_type: string
  readonly identifier: string
  readonly name: string
  readonly client_id: string
  readonly client_secret: string
  readonly acceptable_client_ids: readonly string[] | undefined
  readonly scopes: readonly string[] | undefined
  readonly pkce_enabled: boolean | undefined
  readonly attribute_mapping: Json | undefined
  readonly custom_claims_allowlist: readonly string[] | undefined
  readonly authorization_params: Json | undefined
  readonly enabled: boolean | undefined
  readonly email_optional: boolean | undefined
  readonly issuer: string
  readonly discovery_url: string
  readonly skip_nonce_check: boolean | undefined
  readonly authorization_url: string
  readonly token_url: string
  readonly userinfo_url: string
  readonly jwks_uri: string
}

/** Ours to say to the service. */
const reservedParameters = new Set([
  'client_id',
  'client_secret',
  'redirect_uri',
  'response_type',
  'state',
  'code_challenge',
  'code_challenge_method',
  'code_verifier',
  'nonce',
])
/** Ours to say about a user. */
const protectedFields = new Set([
  'id',
  'aud',
  'role',
  'app_metadata',
  'created_at',
  'updated_at',
  'confirmed_at',
  'email_confirmed_at',
  'phone_confirmed_at',
  'email_verified',
  'phone_verified',
  'banned_until',
  'is_super_admin',
])

const addresses = [
  'issuer',
  'discovery_url',
  'authorization_url',
  'token_url',
  'userinfo_url',
  'jwks_uri',
] as const
const ofKind = {
  oidc: ['issuer', 'discovery_url'],
  oauth2: ['authorization_url', 'token_url', 'userinfo_url', 'jwks_uri'],
} as const

export const checkIdentifier = (identifier: string): void => {
  if (identifier === '') throw errors.invalid('identifier is required')
  if (!identifier.startsWith('custom:')) {
    throw errors.invalid(`identifier must start with 'custom:' prefix, e.g. 'custom:${identifier}'`)
  }
}

/** Names are judged when they are resolved, by the guard of every request; literal addresses are judged here too. */
const checkAddress = ({ outbound }: Parts, text: string): void => {
  if (!URL.canParse(text)) throw errors.invalid('Invalid URL format')
  const url = new URL(text)
  if (url.protocol !== 'https:') throw errors.invalid('URL must use HTTPS')
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const { allowed } = outbound
  if (allowed?.hasHost(host) || allowed?.hasAddress(host)) return
  if (host === 'localhost' || host.endsWith('.localhost') || /^(127\.|::1?$|0\.0\.0\.0$)/.test(host)) {
    throw errors.invalid('URL cannot point to localhost or loopback addresses')
  }
  if (isIP(host) !== 0 && !isPublicAddress(host)) {
    throw errors.invalid('URL cannot resolve to private network addresses')
  }
}

const check = (parts: Parts, wish: CustomProviderWish): void => {
  for (const [name, value] of Object.entries(wish.authorization_params ?? {})) {
    if (reservedParameters.has(name))
      throw errors.invalid(`Cannot override reserved OAuth parameter: ${name}`)
    if (typeof value !== 'string') throw errors.invalid(`Authorization parameter "${name}" must be a string`)
  }
  for (const name of Object.keys(wish.attribute_mapping ?? {})) {
    if (protectedFields.has(name)) throw errors.invalid(`Cannot map to protected system field: ${name}`)
  }
  if (wish.custom_claims_allowlist?.some((name) => name.trim() === '')) {
    throw errors.invalid('custom_claims_allowlist entries must be non-empty strings')
  }
  for (const name of addresses) if (wish[name] !== '') checkAddress(parts, wish[name])
}

type Kind = keyof typeof ofKind

const kindOf = ({ provider_type: kind }: CustomProviderWish): Kind => {
  if (kind === 'oauth2' || kind === 'oidc') return kind
  throw errors.invalid("provider_type must be either 'oauth2' or 'oidc'")
}

const checkRequired = (wish: CustomProviderWish, kind: Kind): void => {
  checkIdentifier(wish.identifier)
  for (const name of ['name', 'client_id', 'client_secret'] as const) {
    if (wish[name] === '') throw errors.invalid(`${name} is required`)
  }
  if (kind === 'oidc' && wish.issuer === '') throw errors.invalid('issuer is required for OIDC providers')
  if (kind === 'oidc') return
  for (const name of ['authorization_url', 'token_url', 'userinfo_url'] as const) {
    if (wish[name] === '') throw errors.invalid(`${name} is required for OAuth2 providers`)
  }
}

const shown = [
  'issuer',
  'authorization_endpoint',
  'token_endpoint',
  'userinfo_endpoint',
  'jwks_uri',
  'scopes_supported',
  'response_types_supported',
  'grant_types_supported',
  'subject_types_supported',
]
const needed = ['issuer', 'authorization_endpoint', 'token_endpoint', 'jwks_uri']

/** The service's own document, as far as it is kept. */
const discover = async ({ oidc }: Parts, issuer: string, address: string): Promise<Json> => {
  const url = address || `${issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`
  const document = await oidc.lookUp(issuer, url).catch((cause: unknown) => {
    throw errors.discoveryFailed(url, cause)
  })
  const missing = needed.filter((name) => textAt(document, name) === '')
  if (missing.length > 0) {
    throw errors.invalid(`OIDC discovery document is missing required fields: ${missing.join(', ')}`)
  }
  return Object.fromEntries(Object.entries(document).filter(([name]) => shown.includes(name)))
}

/** Rules of the table: lengths, and how identifiers look. */
const asInvalid = (error: unknown): never => {
  if (!isDatabaseError(error)) throw error
  if (error.sqlstate === '23505') throw errors.customProviderTaken()
  if (error.sqlstate === '23514')
    throw errors.invalid('a value is too long, or the identifier has other characters than a-z, 0-9, - and :')
  throw error
}

const scopesFor = (kind: Kind, scopes: readonly string[]): readonly string[] =>
  kind === 'oidc' && !scopes.includes('openid') ? ['openid', ...scopes] : scopes

/** Fields of the other kind count for nothing. */
const placesOf = (wish: CustomProviderWish, kind: Kind): CustomProviderChanges =>
  Object.fromEntries(ofKind[kind].filter((name) => wish[name] !== '').map((name) => [name, wish[name]]))

export const createCustomProvider = async (
  parts: Parts,
  wish: CustomProviderWish,
): Promise<CustomProviderRecord> => {
  const kind = kindOf(wish)
  checkRequired(wish, kind)
  check(parts, wish)
  if ((await findCustomRecord(parts.pool, wish.identifier)) !== undefined) throw errors.customProviderTaken()
  const at = iso(parts.clock())
  const found = kind === 'oidc' ? await discover(parts, wish.issuer, wish.discovery_url) : undefined
  const { identifier, name, client_id, client_secret } = wish
  const provider: CustomProviderChanges = {
    id: randomUUID(),
    provider_type: kind,
    ...{ identifier, name, client_id, client_secret },
    acceptable_client_ids: wish.acceptable_client_ids ?? [],
    scopes: scopesFor(kind, wish.scopes ?? []),
    pkce_enabled: wish.pkce_enabled ?? true,
    attribute_mapping: wish.attribute_mapping ?? {},
    custom_claims_allowlist: wish.custom_claims_allowlist ?? [],
    authorization_params: wish.authorization_params ?? {},
    enabled: wish.enabled ?? true,
    email_optional: wish.email_optional ?? false,
    skip_nonce_check: kind === 'oidc' && (wish.skip_nonce_check ?? false),
    ...placesOf(wish, kind),
    ...(found && { cached_discovery: found }),
  }
  return insertCustomProvider(parts.pool, provider, at).catch(asInvalid)
}

const changeable = [
  'name',
  'client_id',
  'client_secret',
  'acceptable_client_ids',
  'pkce_enabled',
  'attribute_mapping',
  'custom_claims_allowlist',
  'authorization_params',
  'enabled',
  'email_optional',
  'skip_nonce_check',
] as const

const toldOf = (wish: CustomProviderWish): CustomProviderChanges =>
  Object.fromEntries(
    changeable
      .filter((name) => wish[name] !== undefined && wish[name] !== '')
      .map((name) => [name, wish[name]]),
  )

/** What is not mentioned stays. */
export const changeCustomProvider = async (
  parts: Parts,
  old: CustomProviderRecord,
  wish: CustomProviderWish,
): Promise<CustomProviderRecord> => {
  check(parts, wish)
  const kind = old.provider_type
  const isMoved = kind === 'oidc' && (wish.issuer !== '' || wish.discovery_url !== '')
  const issuer = wish.issuer || (old.issuer ?? '')
  const found = isMoved
    ? await discover(parts, issuer, wish.discovery_url || (old.discovery_url ?? ''))
    : undefined
  const changes: CustomProviderChanges = {
    ...toldOf(wish),
    ...(wish.scopes && { scopes: scopesFor(kind, wish.scopes) }),
    ...(kind === 'oidc' ? {} : { skip_nonce_check: false }),
    ...placesOf(wish, kind),
    ...(found && { cached_discovery: found }),
  }
  return updateCustomProvider(parts.pool, old.id, changes, iso(parts.clock())).catch(asInvalid)
}

/** As it is told to administrators: never with its secret. */
export const renderCustomProvider = (row: CustomProviderRecord): object => {
  const { client_secret: _, cached_discovery, created_at, updated_at, ...shownRow } = row
  const optional = new Set<string>(addresses)
  const entries = Object.entries(shownRow).filter(([name, value]) => !optional.has(name) || value !== null)
  return {
    ...Object.fromEntries(entries),
    ...(cached_discovery === null ? {} : { discovery_document: cached_discovery }),
    created_at: withZ(created_at),
    updated_at: withZ(updated_at),
  }
}
