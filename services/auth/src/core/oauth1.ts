// OAuth 1.0a as a client (RFC 5849), which one service still speaks: every request is signed with the secrets of the
// client and of the token it carries.

import { createHmac, randomBytes } from 'node:crypto'
import { fetchJson } from '@plinth/http'
import type { Parts } from '../deps.ts'
import { textAt } from './json-path.ts'
import type { AsPerson, Credentials, Tokens } from './providers.ts'

export type Token = { readonly token: string; readonly secret: string }

type Signing = {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly credentials: Credentials
  readonly token?: Token
  /** Parameters of the protocol beyond the usual ones. */
  readonly more?: Readonly<Record<string, string>>
  /** Seconds since the epoch. */
  readonly at: number
}

/** Percent-encoding of section 3.6: more than what addresses need. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  )

const byText = ([left]: readonly [string, string], [right]: readonly [string, string]): number =>
  left < right ? -1 : Number(left > right)

/** The `Authorization` header of a request without a form (section 3.5.1). */
export const signRequest = ({ method, url, credentials, token, more, at }: Signing): string => {
  const target = new URL(url)
  const protocol: Record<string, string> = {
    oauth_consumer_key: credentials.clientId,
    oauth_nonce: randomBytes(16).toString('hex'),
    oauth_signature_method: 'HMAC-SHA1',
    oauth_timestamp: String(at),
    oauth_version: '1.0',
    ...(token === undefined ? {} : { oauth_token: token.token }),
    ...more,
  }
  const pairs = [...target.searchParams, ...Object.entries(protocol)]
    .map(([name, value]): readonly [string, string] => [encode(name), encode(value)])
    .sort((left, right) => byText(left, right) || byText([left[1], ''], [right[1], '']))
  const parameters = pairs.map((pair) => pair.join('=')).join('&')
  const base = [method, `${target.origin}${target.pathname}`, parameters].map(encode).join('&')
  const key = `${encode(credentials.secret)}&${encode(token?.secret ?? '')}`
  const signature = createHmac('sha1', key).update(base).digest('base64')
  const shown = Object.entries({ ...protocol, oauth_signature: signature })
  return `OAuth ${shown.map(([name, value]) => `${encode(name)}="${encode(value)}"`).join(', ')}`
}

const askToken = async (parts: Parts, signing: Omit<Signing, 'method' | 'at'>): Promise<Token> => {
  const { url } = signing
  const at = Math.floor(parts.clock() / 1000)
  const authorization = signRequest({ ...signing, method: 'POST', at })
  const { status, text } = await parts.outbound({ method: 'POST', url, headers: { authorization } })
  if (status !== 200) throw new Error(`${new URL(url).origin} answered ${status}`)
  const answer = new URLSearchParams(text)
  const [token, secret] = [answer.get('oauth_token') ?? '', answer.get('oauth_token_secret') ?? '']
  if (token === '') throw new Error(`${new URL(url).origin} gave no token`)
  return { token, secret }
}

/** First step (section 2.1): a token that people take along to the service. */
export const askRequestToken = (
  parts: Parts,
  {
    url,
    credentials,
    callback,
  }: { readonly url: string; readonly credentials: Credentials; readonly callback: string },
): Promise<Token> => askToken(parts, { url, credentials, more: { oauth_callback: callback } })

/** Last step (section 2.3): that token and what people brought back become one that reads their profile. */
export const askAccessToken = async (
  parts: Parts,
  {
    url,
    credentials,
    token,
    verifier,
  }: {
    readonly url: string
    readonly credentials: Credentials
    readonly token: Token
    readonly verifier: string
  },
): Promise<Tokens> => {
  const access = await askToken(parts, { url, credentials, token, more: { oauth_verifier: verifier } })
  return { access_token: access.token, oauth_token_secret: access.secret }
}

/** Fetches as the person whose tokens these are. */
export const asSigner =
  (parts: Parts, credentials: Credentials, tokens: Tokens): AsPerson =>
  (url) => {
    const token = { token: textAt(tokens, 'access_token'), secret: textAt(tokens, 'oauth_token_secret') }
    const at = Math.floor(parts.clock() / 1000)
    const authorization = signRequest({ method: 'GET', url, credentials, token, at })
    return fetchJson(parts.outbound, { url, headers: { authorization } })
  }

/** How a request token waits for its owner, beside the secrets of PKCE. */
export const writeToken = ({ token, secret }: Token): string => JSON.stringify([token, secret])

export const readToken = (text: string): Token => {
  const value: unknown = JSON.parse(text)
  return { token: textAt(value, 0), secret: textAt(value, 1) }
}
