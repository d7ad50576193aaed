// The code that a service sent people back with becomes tokens, and the tokens tell who they are.

import { isEqual } from '@plinth/crypto'
import { fetchJson } from '@plinth/http'
import type { Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import type { Provider } from './find-provider.ts'
import { textAt } from './json-path.ts'
import { askAccessToken, readToken } from './oauth1.ts'
import type { Profile } from './profile.ts'
import type { Tokens } from './providers.ts'

type Exchange = { readonly code: string; readonly verifier: string | undefined }

export type Exchanged = { readonly profile: Profile; readonly tokens: Tokens }

const requestTokens = (parts: Parts, provider: Provider, { code, verifier }: Exchange): Promise<Tokens> => {
  const { clientId, secret, isBasic, tokenUrl } = provider
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    code,
    redirect_uri: `${parts.issuer}/callback`,
    ...(verifier === undefined ? {} : { code_verifier: verifier }),
    ...(isBasic ? {} : { client_id: clientId, client_secret: secret }),
  })
  const pair = `${encodeURIComponent(clientId)}:${encodeURIComponent(secret)}`
  const basic = { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
  return fetchJson(parts.outbound, {
    method: 'POST',
    url: tokenUrl,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...(isBasic ? basic : {}) },
    body: body.toString(),
  })
}

export const exchangeCode = async (
  parts: Parts,
  provider: Provider,
  exchange: Exchange,
): Promise<Exchanged> => {
  const tokens = await requestTokens(parts, provider, exchange).catch((cause: unknown) => {
    throw errors.exchangeFailed(exchange.code.slice(0, 4), cause)
  })
  if (textAt(tokens, 'access_token') === '') throw errors.exchangeFailed(exchange.code.slice(0, 4), tokens)
  return readPerson(provider, tokens)
}

const readPerson = async (provider: Provider, tokens: Tokens): Promise<Exchanged> => {
  const profile = await provider.readProfile(tokens).catch((cause: unknown) => {
    throw errors.profileFailed(cause)
  })
  if (profile.subject === '') throw errors.profileFailed(new Error('The service did not say who it is.'))
  return { profile, tokens }
}

type FirstExchange = {
  readonly oauth_token: string
  readonly oauth_verifier: string
  /** The request token as we kept it. */
  readonly kept: string | undefined
}

/** The same in OAuth 1.0a. The token must be the one that this very sign-in was sent away with. */
export const exchangeToken = async (
  parts: Parts,
  provider: Provider,
  { oauth_token, oauth_verifier: verifier, kept }: FirstExchange,
): Promise<Exchanged> => {
  if (oauth_token === '' || verifier === '') {
    throw errors.badCallback('OAuth callback with missing oauth_token or oauth_verifier')
  }
  const token = readToken(kept ?? '[]')
  if (!isEqual(token.token, oauth_token)) throw errors.badState('OAuth token mismatch')
  const wish = { url: provider.tokenUrl, credentials: provider, token, verifier }
  const { oauth_token_secret: secret, ...tokens } = await askAccessToken(parts, wish).catch(
    (cause: unknown) => {
      throw errors.tokenFailed(cause)
    },
  )
  const { profile } = await readPerson(provider, { ...tokens, oauth_token_secret: secret })
  return { profile, tokens }
}
