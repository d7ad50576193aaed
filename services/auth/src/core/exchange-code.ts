// The code that a service sent people back with becomes tokens, and the tokens tell who they are.

import { fetchJson } from '@plinth/http'
import type { Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import type { Provider } from './find-provider.ts'
import { textAt } from './json-path.ts'
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
  const profile = await provider.readProfile(tokens).catch((cause: unknown) => {
    throw errors.profileFailed(cause)
  })
  if (profile.subject === '') throw errors.profileFailed(new Error('The service did not say who it is.'))
  return { profile, tokens }
}
