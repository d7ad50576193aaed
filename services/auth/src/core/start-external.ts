// First half of a sign-in at another service: what is under way is remembered, and the address to go to is made.

import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { isPlinthError } from '@plinth/errors'
import type { Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { findUserOfCode } from '../sql/find-user-of-code.ts'
import { insertExternalFlow } from '../sql/insert-external-flow.ts'
import { getProvider, type Provider } from './find-provider.ts'
import { askRequestToken, readToken, writeToken } from './oauth1.ts'
import { type Challenge, isPkce } from './pkce.ts'
import { iso } from './time.ts'

export type ExternalWish = Challenge & {
  readonly provider: string
  readonly scopes: string
  readonly inviteToken: string
  readonly redirectTo: string
  /** Whoever adds an identity to their account. */
  readonly linkingTarget: string | undefined
  /** What else the client wants the service to be told. */
  readonly more: Readonly<Record<string, string>>
}

/** Ours to say; a client must not. */
const reserved = new Set([
  'client_id',
  'client_secret',
  'redirect_uri',
  'response_type',
  'response_mode',
  'state',
  'scope',
  'code_challenge',
  'code_challenge_method',
  'code_verifier',
  'grant_type',
  'request',
  'request_uri',
])
const forUs = new Set(['provider', 'scopes', 'redirect_to', 'invite_token', 'skip_http_redirect', 'apikey'])

const passedOn = (more: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(more)
      .filter(([name]) => !reserved.has(name.toLowerCase()) && !forUs.has(name))
      .map(([name, value]) => [name === 'workos_provider' ? 'provider' : name, value]),
  )

/** A project's own providers take exactly the scopes asked for; for the others they are further ones. */
const scopesOf = ({ name, scopes }: Provider, asked: string): string => {
  const wanted = asked.split(/[\s,]+/).filter((scope) => scope !== '')
  return (name.startsWith('custom:') && wanted.length > 0 ? wanted : [...scopes, ...wanted]).join(' ')
}

const checkInvite = async ({ pool }: Parts, token: string): Promise<void> => {
  const types = ['confirmation_token'] as const
  if (token !== '' && (await findUserOfCode(pool, { hash: token, types })) === undefined) {
    throw errors.inviteUserNotFound()
  }
}

/** What we must know when people come back and nobody else may: our half of PKCE, or a request token's secret. */
const keepSecret = async (parts: Parts, provider: Provider, state: string) => {
  const { requestTokenUrl: url } = provider
  if (url !== undefined) {
    const callback = `${parts.issuer}/callback?state=${state}`
    const token = await askRequestToken(parts, { url, credentials: provider, callback })
    return { id: randomUUID(), text: writeToken(token) }
  }
  return provider.usesPkce ? { id: randomUUID(), text: randomBytes(32).toString('base64url') } : undefined
}

type Asking = { readonly wish: ExternalWish; readonly state: string; readonly secret: string | undefined }

const addressOf = (parts: Parts, provider: Provider, { wish, state, secret }: Asking): string => {
  const url = new URL(provider.authorizeUrl)
  if (provider.requestTokenUrl !== undefined) {
    url.searchParams.set('oauth_token', readToken(secret ?? '').token)
    return url.toString()
  }
  const challenge = secret && createHash('sha256').update(secret).digest('base64url')
  const scope = scopesOf(provider, wish.scopes)
  const parameters = {
    ...provider.asks,
    ...passedOn(wish.more),
    client_id: provider.clientId,
    redirect_uri: `${parts.issuer}/callback`,
    response_type: 'code',
    ...(scope === '' ? {} : { scope }),
    ...(challenge === undefined ? {} : { code_challenge: challenge, code_challenge_method: 'S256' }),
    state,
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return url.toString()
}

const unreachable = (cause: unknown): never => {
  throw isPlinthError(cause) ? cause : errors.providerUnreachable(cause)
}

export const startExternal = async (parts: Parts, wish: ExternalWish): Promise<string> => {
  const provider = await getProvider(parts, wish.provider).catch(unreachable)
  await checkInvite(parts, wish.inviteToken)
  const pkce = isPkce(wish)
  const id = randomUUID()
  const verifier = await keepSecret(parts, provider, id).catch(unreachable)
  await parts.pool.transaction((db) =>
    insertExternalFlow(db, {
      id,
      provider: provider.name,
      authCode: pkce ? randomUUID() : null,
      challenge: pkce ? wish.code_challenge : null,
      challengeMethod: pkce ? wish.code_challenge_method.toLowerCase() : null,
      inviteToken: wish.inviteToken === '' ? null : wish.inviteToken,
      referrer: wish.redirectTo,
      linkingTarget: wish.linkingTarget ?? null,
      emailOptional: provider.emailOptional,
      verifier,
      at: iso(parts.clock()),
    }),
  )
  return addressOf(parts, provider, { wish, state: id, secret: verifier?.text })
}
