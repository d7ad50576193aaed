// The service that a request names, as this project has set it up: one of the table, or one of the project's own.

import { type AuthConfig, type AuthProvider, authProviders } from '@plinth/contracts'
import { fetchJson } from '@plinth/http'
import type { Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { type CustomProviderRow, findCustomProvider } from '../sql/find-custom-provider.ts'
import { customProfile } from './custom-profile.ts'
import { isAzureIssuer, profileOfIdToken, standardProfile } from './id-token-profile.ts'
import { textAt } from './json-path.ts'
import { asSigner } from './oauth1.ts'
import type { Discovery } from './oidc.ts'
import type { Profile } from './profile.ts'
import { type AsPerson, type Credentials, providerRows, type Tokens } from './providers.ts'

export type Provider = Credentials & {
  readonly name: string
  readonly authorizeUrl: string
  readonly tokenUrl: string
  /** Set where the service speaks OAuth 1.0a. */
  readonly requestTokenUrl?: string | undefined
  readonly scopes: readonly string[]
  readonly asks: Readonly<Record<string, string>>
  readonly isBasic: boolean
  readonly usesPkce: boolean
  readonly emailOptional: boolean
  readonly readProfile: (tokens: Tokens) => Promise<Profile>
}

export const isAuthProvider = (name: string): name is AuthProvider =>
  authProviders.some((one) => one === name)

const bases = {
  azure: 'external_azure_url',
  gitlab: 'external_gitlab_url',
  keycloak: 'external_keycloak_url',
  workos: 'external_workos_url',
} as const

const hasBase = (name: string): name is keyof typeof bases => Object.hasOwn(bases, name)

const baseOf = (config: AuthConfig, name: AuthProvider): string => {
  const own = hasBase(name) ? config[bases[name]] : ''
  return (own === '' ? (providerRows[name].base ?? '') : own).replace(/\/$/, '')
}

const more = {
  apple: 'external_apple_additional_client_ids',
  google: 'external_google_additional_client_ids',
} as const

/** The first id asks; id tokens made for any of them are taken. */
export const clientIdsOf = (config: AuthConfig, name: AuthProvider): readonly string[] => {
  const others = name === 'apple' || name === 'google' ? config[more[name]] : ''
  return `${config[`external_${name}_client_id`]},${others}`
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '')
}

const asPerson =
  ({ outbound }: Parts, tokens: Tokens): AsPerson =>
  (url, headers = {}) =>
    fetchJson(outbound, {
      url,
      headers: { authorization: `Bearer ${textAt(tokens, 'access_token')}`, ...headers },
    })

const checkAudience = (claims: Readonly<Record<string, unknown>>, ids: readonly string[]): void => {
  const audiences = [claims['aud']].flat()
  if (!ids.some((id) => audiences.includes(id))) throw new Error('The id token was made for another client.')
}

/** Many tenants share Azure's address: each signs as an issuer of its own. */
const discoverFor = async ({ oidc }: Parts, issuer: string, idToken: string): Promise<Discovery> => {
  if (!isAzureIssuer(issuer)) return oidc.discover(issuer)
  const { decodeJwt } = await import('jose')
  const own = decodeJwt(idToken).iss ?? ''
  const isShared = /\/(?:common|organizations)\/v2\.0$/.test(issuer)
  if (!isAzureIssuer(own) || (!isShared && own !== issuer)) throw new Error(`${own} is not the issuer.`)
  return oidc.discover(own)
}

const byIdToken =
  (parts: Parts, issuer: string, ids: readonly string[]) =>
  async (tokens: Tokens): Promise<Profile> => {
    const token = textAt(tokens, 'id_token')
    if (token === '') throw new Error('The service sent no id token.')
    const claims = await parts.oidc.verify(token, await discoverFor(parts, issuer, token))
    checkAudience(claims, ids)
    return profileOfIdToken(claims)
  }

const ofTable = (parts: Parts, name: AuthProvider): Provider => {
  const { config } = parts
  if (!config[`external_${name}_enabled`]) throw errors.providerOff()
  const row = providerRows[name]
  const base = baseOf(config, name)
  const [clientId] = clientIdsOf(config, name)
  if (clientId === undefined) throw errors.providerUnset('missing OAuth client ID')
  const secret = config[`external_${name}_secret`]
  if (secret === '') throw errors.providerUnset('missing OAuth secret')
  const place = (address: string) => address.replace('{base}', base)
  const byToken = byIdToken(parts, place(row.issuer ?? ''), clientIdsOf(config, name))
  const credentials = { clientId, secret }
  const fetchAs = (tokens: Tokens) =>
    row.requestToken === undefined ? asPerson(parts, tokens) : asSigner(parts, credentials, tokens)
  return {
    ...credentials,
    name,
    authorizeUrl: place(row.authorize),
    tokenUrl: place(row.token),
    requestTokenUrl: row.requestToken,
    scopes: row.scopes,
    asks: row.asks ?? {},
    isBasic: row.isBasic ?? false,
    usesPkce: row.usesPkce ?? false,
    emailOptional: config[`external_${name}_email_optional`],
    readProfile: async (tokens) =>
      row.read === undefined || (row.issuer !== undefined && textAt(tokens, 'id_token') !== '')
        ? byToken(tokens)
        : row.read({ base, fetch: fetchAs(tokens), credentials, tokens }),
  }
}

const textsOf = (value: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(value).map(([key, one]) => [key, textAt(one)]))

const ofProject = async (parts: Parts, row: CustomProviderRow): Promise<Provider> => {
  const isOidc = row.provider_type === 'oidc'
  const found = isOidc
    ? await parts.oidc.discover(row.issuer ?? '', row.discovery_url ?? undefined)
    : undefined
  const userinfoUrl = found?.userinfoUrl ?? row.userinfo_url ?? ''
  const ids = [row.client_id, ...row.acceptable_client_ids]
  const readProfile = async (tokens: Tokens): Promise<Profile> => {
    const fetch = asPerson(parts, tokens)
    const isByToken = found !== undefined && textAt(tokens, 'id_token') !== ''
    if (!isByToken) return customProfile(row, found?.issuer ?? userinfoUrl, await fetch(userinfoUrl))
    const claims = await parts.oidc.verify(textAt(tokens, 'id_token'), found)
    checkAudience(claims, ids)
    const told = userinfoUrl === '' || textAt(claims, 'email') !== '' ? {} : await fetch(userinfoUrl)
    const mapped = customProfile(row, found.issuer, { ...Object(told), ...claims })
    return row.attribute_mapping === null ? standardProfile(claims) : mapped
  }
  const scopes = isOidc && !row.scopes.includes('openid') ? ['openid', ...row.scopes] : row.scopes
  return {
    name: row.identifier,
    clientId: row.client_id,
    secret: row.client_secret,
    authorizeUrl: found?.authorizeUrl ?? row.authorization_url ?? '',
    tokenUrl: found?.tokenUrl ?? row.token_url ?? '',
    scopes: scopes.length === 0 ? ['openid', 'email', 'profile'] : scopes,
    asks: textsOf(row.authorization_params),
    isBasic: true,
    usesPkce: row.pkce_enabled,
    emailOptional: row.email_optional,
    readProfile,
  }
}

/** A provider that a project brought along; its names start with `custom:`. */
const getCustomProvider = async (parts: Parts, name: string): Promise<CustomProviderRow> => {
  if (!parts.config.custom_oauth_enabled) throw errors.providerUnset('custom OAuth providers are disabled')
  const row = await findCustomProvider(parts.pool, name)
  if (row === undefined) throw errors.providerUnset(`custom provider ${name} not found`)
  if (!row.enabled) throw errors.providerUnset(`custom provider ${name} is disabled`)
  return row
}

export const getProvider = async (parts: Parts, asked: string): Promise<Provider> => {
  const name = asked.toLowerCase()
  if (name.startsWith('custom:')) return ofProject(parts, await getCustomProvider(parts, name))
  if (isAuthProvider(name)) return ofTable(parts, name)
  throw errors.providerUnknown(name)
}
