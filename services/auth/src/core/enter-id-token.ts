// Signing in with an id token that an app got by itself from a service: ours to check whether it was meant for us.

import { sha256Hex } from '@plinth/crypto'
import { isPlinthError } from '@plinth/errors'
import type { Origin, Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { tellUserCreated } from './creation-hooks.ts'
import { askBeforeExternal, enterExternal } from './enter-external.ts'
import { clientIdsOf, getCustomProvider } from './find-provider.ts'
import { isAppleIssuer, isAzureIssuer, profileOfIdToken } from './id-token-profile.ts'
import { textAt } from './json-path.ts'
import { linkIdentity } from './link-identity.ts'
import type { IdClaims } from './oidc.ts'
import { type Opened, openSession } from './open-session.ts'
import type { Post } from './post.ts'
import { providerRows } from './providers.ts'

export type IdTokenWish = {
  readonly id_token: string
  readonly provider: string
  readonly client_id: string
  readonly issuer: string
  readonly nonce: string
  readonly access_token: string
  readonly aud: string
  /** Whoever adds the identity to their account. */
  readonly linkTo: string | undefined
}

/** Whose token it must be, and for which clients it may have been made. */
type Expected = {
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
} as const
type Taken = keyof typeof direct | 'apple' | 'azure' | 'keycloak'

const peekIssuer = async (token: string): Promise<string> => {
  const { decodeJwt } = await import('jose')
  try {
    return decodeJwt(token).iss ?? ''
  } catch {
    return ''
  }
}

const kindOf = ({ config }: Parts, { provider, issuer }: IdTokenWish): Taken | undefined => {
  if (provider === 'apple' || isAppleIssuer(issuer)) return 'apple'
  if (provider === 'azure' || isAzureIssuer(issuer)) return 'azure'
  const url = config.external_keycloak_url
  if (provider === 'keycloak' || (url !== '' && issuer === url)) return 'keycloak'
  const names = ['google', 'facebook', 'kakao'] as const
  return names.find((name) => provider === name || issuer === direct[name])
}

/** Apple and Microsoft have several issuers; the token says which one it is of. */
const issuerOf = async ({ config }: Parts, kind: Taken, wish: IdTokenWish): Promise<string> => {
  if (kind === 'keycloak') return config.external_keycloak_url
  if (kind !== 'apple' && kind !== 'azure') return direct[kind]
  const own = await peekIssuer(wish.id_token)
  const isTheirs = kind === 'apple' ? isAppleIssuer(own) : isAzureIssuer(own)
  const title = kind === 'apple' ? 'Apple' : 'Azure'
  if (!isTheirs) throw errors.invalid(`Detected ID token issuer is not an ${title} ID token issuer`)
  if (wish.issuer !== '' && wish.issuer !== own)
    throw errors.invalid('Provided issuer does not match ID token issuer')
  return own
}

const expectTaken = async (parts: Parts, kind: Taken, wish: IdTokenWish): Promise<Expected> => {
  const { config } = parts
  if (!config[`external_${kind}_enabled`]) {
    throw errors.issuerOff(
      kind === 'apple'
        ? (providerRows.apple.issuer ?? '')
        : kind in direct
          ? direct[kind as keyof typeof direct]
          : wish.issuer || kind,
    )
  }
  return {
    provider: kind,
    issuer: await issuerOf(parts, kind, wish),
    clientIds: clientIdsOf(config, kind),
    // Facebook's limited login puts in a nonce of its own.
    skipsNonce: kind === 'facebook' || (kind === 'google' && config.external_google_skip_nonce_check),
    emailOptional: config[`external_${kind}_email_optional`],
  }
}

const expect = async (parts: Parts, wish: IdTokenWish): Promise<Expected> => {
  const kind = kindOf(parts, wish)
  if (kind !== undefined) return expectTaken(parts, kind, wish)
  if (!wish.provider.startsWith('custom:')) {
    throw errors.invalid(`Custom OIDC provider "${wish.provider}" not allowed`)
  }
  const row = await getCustomProvider(parts, wish.provider)
  if (row.issuer === null) throw errors.invalid(`Provider "${wish.provider}" is not an OIDC provider`)
  return {
    provider: row.identifier,
    issuer: row.issuer,
    discoveryUrl: row.discovery_url ?? undefined,
    clientIds: [row.client_id, ...row.acceptable_client_ids],
    skipsNonce: row.skip_nonce_check,
    emailOptional: row.email_optional,
  }
}

const checkNonce = (claims: IdClaims, nonce: string): void => {
  const own = textAt(claims, 'nonce')
  if ((own === '') !== (nonce === '')) {
    throw errors.oauth(
      'invalid request',
      'Passed nonce and nonce in id_token should either both exist or not.',
    )
  }
  if (nonce !== '' && sha256Hex(nonce) !== own) throw errors.oauth('invalid nonce', 'Nonces mismatch')
}

/** Binds an access token that came along to the id token (OpenID Connect, 3.1.3.6). */
const checkAccessToken = async (claims: IdClaims, token: string): Promise<void> => {
  const bound = textAt(claims, 'at_hash')
  if (token === '' || bound === '') return
  const { createHash } = await import('node:crypto')
  const fits = ['sha256', 'sha384', 'sha512'].some((name) => {
    const digest = createHash(name).update(token).digest()
    return digest.subarray(0, digest.length / 2).toString('base64url') === bound
  })
  if (!fits) throw errors.oauth('invalid request', 'Bad ID token')
}

const readClaims = async (parts: Parts, expected: Expected, wish: IdTokenWish): Promise<IdClaims> => {
  const { issuer, discoveryUrl, clientIds, skipsNonce } = expected
  const claims = await parts.oidc
    .discover(issuer, discoveryUrl)
    .then((found) => parts.oidc.verify(wish.id_token, found, issuer))
    .catch((cause: unknown) => {
      parts.observe({ level: 'info', event: 'auth.id_token_refused', error: cause })
      throw errors.oauth('invalid request', 'Bad ID token')
    })
  const audiences = [claims['aud']].flat().map(String)
  if (!clientIds.some((id) => audiences.includes(id))) {
    throw errors.oauth('invalid request', `Unacceptable audience in id_token: [${audiences.join(' ')}]`)
  }
  if (!skipsNonce) checkNonce(claims, wish.nonce)
  await checkAccessToken(claims, wish.access_token)
  return claims
}

type EnterParts = Parts & { readonly post: Post }

export const enterIdToken = async (parts: EnterParts, wish: IdTokenWish, origin: Origin): Promise<Opened> => {
  if (wish.id_token === '') throw errors.oauth('invalid request', 'id_token required')
  if (wish.provider === '' && (wish.client_id === '' || wish.issuer === '')) {
    throw errors.oauth('invalid request', 'provider or client_id and issuer required')
  }
  const expected = await expect(parts, wish)
  const profile = profileOfIdToken(await readClaims(parts, expected, wish))
  const { provider, emailOptional } = expected
  const entering = { provider, profile, aud: wish.aud, emailOptional, origin }
  if (wish.linkTo === undefined) await askBeforeExternal(parts, entering)
  const outcome = await parts.pool
    .transaction(async (db) => {
      const entered =
        wish.linkTo === undefined
          ? await enterExternal(parts, db, entering)
          : await linkIdentity(parts, db, wish.linkTo, entering)
      if (entered.kind === 'unverified') return entered
      const { user } = entered
      return { ...entered, opened: await openSession(parts, db, { user, method: 'oauth', origin }) }
    })
    .catch((error: unknown) => {
      if (isPlinthError(error)) throw error
      throw errors.savingUser(error)
    })
  await parts.post(outcome.letters ?? [], origin)
  if (outcome.kind === 'unverified') {
    throw errors.providerEmailUnverified(provider, outcome.letters.length > 0)
  }
  if (outcome.isNew) await tellUserCreated(parts, outcome.user, origin)
  return outcome.opened
}
