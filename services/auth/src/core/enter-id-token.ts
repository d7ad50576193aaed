// Signing in with an id token that an app got by itself from a service: ours to check whether it was meant for us.

import { sha256Hex } from '@plinth/crypto'
import { isPlinthError } from '@plinth/errors'
import type { Origin, Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { tellUserCreated } from './creation-hooks.ts'
import { askBeforeExternal, enterExternal } from './enter-external.ts'
import { type ExpectedIdToken, expectIdToken } from './expect-id-token.ts'
import { profileOfIdToken } from './id-token-profile.ts'
import { textAt } from './json-path.ts'
import { linkIdentity } from './link-identity.ts'
import type { IdClaims } from './oidc.ts'
import { type Opened, openSession } from './open-session.ts'
import type { Post } from './post.ts'

export type IdTokenWish = {
  readonly id_token: string
  readonly provider: string
  readonly client_id: string
  readonly issuer: string
  readonly nonce: string
  readonly access_token: string
  readonly aud: string
  /** Whoever adds the identity to their account; throws where nobody does. */
  readonly linkTo: () => Promise<string | undefined>
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

const readClaims = async (parts: Parts, expected: ExpectedIdToken, wish: IdTokenWish): Promise<IdClaims> => {
  const { issuer, discoveryUrl, clientIds, skipsNonce } = expected
  const claims = await parts.oidc
    .discover(issuer, discoveryUrl)
    .then((found) => parts.oidc.verify(wish.id_token, found, issuer))
    .catch((cause: unknown) => {
      parts.observe({ level: 'info', event: 'auth.id_token_refused', error: cause })
      throw errors.oauth('invalid request', 'Bad ID token')
    })
  if (textAt(claims, 'sub') === '') throw errors.oauth('invalid request', 'Missing sub claim in id_token')
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
  const linkTo = await wish.linkTo()
  const expected = await expectIdToken(parts, wish)
  const profile = profileOfIdToken(await readClaims(parts, expected, wish))
  const { provider, emailOptional } = expected
  const entering = { provider, profile, aud: wish.aud, emailOptional, origin }
  if (linkTo === undefined) await askBeforeExternal(parts, entering)
  const outcome = await parts.pool
    .transaction(async (db) => {
      const entered =
        linkTo === undefined
          ? await enterExternal(parts, db, entering)
          : await linkIdentity(parts, db, linkTo, entering)
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
