// Whose id token an app may bring: of a service of the table, or of one of the project's own.

import type { Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { findCustomProvider } from '../sql/find-custom-provider.ts'
import type { IdTokenWish } from './enter-id-token.ts'
import { clientIdsOf } from './find-provider.ts'
import { isAppleIssuer, isAzureIssuer } from './id-token-profile.ts'

/** Whose token it must be, and for which clients it may have been made. */
export type ExpectedIdToken = {
  readonly provider: string
  readonly issuer: string
  readonly discoveryUrl?: string | undefined
  readonly clientIds: readonly string[]
  readonly skipsNonce: boolean
  readonly emailOptional: boolean
}

const direct = {
  google: 'https://accounts.google.com',
  facebook: 'https://www.facebook.com',
  kakao: 'https://kauth.kakao.com',
  vercel_marketplace: 'https://marketplace.vercel.com',
  snapchat: 'https://accounts.snapchat.com/accounts/oauth2/token',
} as const
type Direct = keyof typeof direct
// These very names.
const directNames = Object.keys(direct) as Direct[]
const many = { apple: ['Apple', isAppleIssuer], azure: ['Azure', isAzureIssuer] } as const
type Kind = Direct | keyof typeof many | 'keycloak'

const kindOf = ({ config }: Parts, { provider, issuer }: IdTokenWish): Kind | undefined => {
  if (provider === 'apple' || isAppleIssuer(issuer)) return 'apple'
  if (provider === 'azure' || isAzureIssuer(issuer)) return 'azure'
  const url = config.external_keycloak_url
  if (provider === 'keycloak' || (url !== '' && issuer === url)) return 'keycloak'
  return directNames.find((name) => provider === name || issuer === direct[name])
}

/** Apple and Microsoft have several issuers; the token says which one it is of. */
const issuerOfMany = async (kind: keyof typeof many, wish: IdTokenWish): Promise<string> => {
  const { decodeJwt } = await import('jose')
  const [title, isTheirs] = many[kind]
  const readIssuer = (): string => {
    try {
      return decodeJwt(wish.id_token).iss ?? ''
    } catch {
      throw errors.invalid(`Unable to detect issuer in ID token for ${title} provider`)
    }
  }
  const own = readIssuer()
  if (!isTheirs(own)) throw errors.invalid(`Detected ID token issuer is not an ${title} ID token issuer`)
  if (wish.issuer !== '' && wish.issuer !== own) {
    throw errors.invalid('Provided issuer does not match ID token issuer')
  }
  return own
}

const ofTable = async (parts: Parts, kind: Kind, wish: IdTokenWish): Promise<ExpectedIdToken> => {
  const { config } = parts
  const issuer =
    kind === 'keycloak'
      ? config.external_keycloak_url
      : kind === 'apple' || kind === 'azure'
        ? await issuerOfMany(kind, wish)
        : direct[kind]
  if (!config[`external_${kind}_enabled`]) throw errors.issuerOff(issuer)
  return {
    provider: kind,
    issuer,
    clientIds: clientIdsOf(config, kind),
    // Facebook's limited login puts in a nonce of its own.
    skipsNonce: kind === 'facebook' || (kind === 'google' && config.external_google_skip_nonce_check),
    emailOptional: config[`external_${kind}_email_optional`],
  }
}

const ofProject = async ({ config, pool }: Parts, name: string): Promise<ExpectedIdToken> => {
  if (!config.custom_oauth_enabled) throw errors.invalid('Custom OAuth providers are disabled')
  const row = await findCustomProvider(pool, name)
  if (row === undefined) throw errors.invalid(`Custom provider "${name}" not found`)
  if (!row.enabled) throw errors.customProviderOff(name)
  if (row.issuer === null) throw errors.invalid(`Provider "${name}" is not an OIDC provider`)
  return {
    provider: row.identifier,
    issuer: row.issuer,
    discoveryUrl: row.discovery_url ?? undefined,
    clientIds: [row.client_id, ...row.acceptable_client_ids],
    skipsNonce: row.skip_nonce_check,
    emailOptional: row.email_optional,
  }
}

/** Throws for a service that is off, unknown, or signs no id tokens. */
export const expectIdToken = async (parts: Parts, wish: IdTokenWish): Promise<ExpectedIdToken> => {
  const kind = kindOf(parts, wish)
  if (kind !== undefined) return ofTable(parts, kind, wish)
  if (wish.provider.startsWith('custom:')) return ofProject(parts, wish.provider)
  throw errors.invalid(`Custom OIDC provider "${wish.provider}" not allowed`)
}
