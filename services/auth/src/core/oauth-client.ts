// Apps of others that people may sign in to through this project: what such a client may be, and what it looks like.

import { randomBytes } from 'node:crypto'
import { isEqual, sha256Base64Url } from '@plinth/crypto'
import { errors } from '../errors.ts'
import { withZ } from './time.ts'

export type OAuthClientRow = {
  readonly id: string
  readonly client_secret_hash: string | null
  readonly registration_type: 'dynamic' | 'manual'
  /** Separated by commas. */
  readonly redirect_uris: string
  readonly grant_types: string
  readonly client_name: string | null
  readonly client_uri: string | null
  readonly logo_uri: string | null
  readonly created_at: string
  readonly updated_at: string
  readonly client_type: 'public' | 'confidential'
  readonly token_endpoint_auth_method: string
}

export type ClientWish = {
  readonly redirect_uris: readonly string[] | undefined
  readonly grant_types: readonly string[] | undefined
  readonly client_name: string | undefined
  readonly client_uri: string | undefined
  readonly logo_uri: string | undefined
  readonly client_type: string
  readonly token_endpoint_auth_method: string | undefined
}

const bad = errors.invalid
const unsafe = new Set(['javascript:', 'data:', 'file:', 'vbscript:', 'about:', 'blob:'])
const own = new Set(['localhost', '127.0.0.1', '[::1]'])
const methods = ['none', 'client_secret_basic', 'client_secret_post']

const problemOf = (uri: string): string | undefined => {
  if (uri === '') return 'redirect URI cannot be empty'
  // Parsers take the first name of a path for the host that is missing.
  if (!URL.canParse(uri) || /^[a-z]+:\/{3}/i.test(uri)) return 'must have scheme and host'
  const { protocol, host, hostname, hash } = new URL(uri)
  if (host === '') return 'must have scheme and host'
  if (unsafe.has(protocol)) return `scheme '${protocol.slice(0, -1)}' is not allowed for security reasons`
  if (protocol === 'http:' && !own.has(hostname)) return 'HTTP scheme only allowed for localhost'
  if (uri.includes('#') || hash !== '') return 'fragment not allowed in redirect URI'
  // The list is kept with commas in between.
  return uri.includes(',') ? 'comma not allowed in redirect URI' : undefined
}

const checkRedirects = (uris: readonly string[]): void => {
  if (uris.length === 0) throw bad('redirect_uris cannot be empty')
  if (uris.length > 10) throw bad('redirect_uris cannot exceed 10 items')
  for (const uri of uris) {
    const problem = problemOf(uri)
    if (problem !== undefined) throw bad(`invalid redirect_uri '${uri}': ${problem}`)
  }
}

const checkGrants = (grants: readonly string[]): void => {
  if (grants.length === 0) throw bad('grant_types cannot be empty')
  if (grants.some((grant) => grant !== 'authorization_code' && grant !== 'refresh_token')) {
    throw bad("grant_types must only contain 'authorization_code' and/or 'refresh_token'")
  }
}

const checkAddress = (name: string, address: string): void => {
  if (address === '') return
  if (address.length > 2048) throw bad(`${name} cannot exceed 2048 characters`)
  if (!URL.canParse(address)) throw bad(`${name} must be a valid URL`)
}

/** What both a new client and a change of one must be. */
export const checkClient = (wish: ClientWish): void => {
  if (wish.redirect_uris !== undefined) checkRedirects(wish.redirect_uris)
  if (wish.grant_types !== undefined && wish.grant_types.length > 0) checkGrants(wish.grant_types)
  if ((wish.client_name ?? '').length > 1024) throw bad('client_name cannot exceed 1024 characters')
  checkAddress('client_uri', wish.client_uri ?? '')
  checkAddress('logo_uri', wish.logo_uri ?? '')
  const { token_endpoint_auth_method: method } = wish
  if (method !== undefined && !methods.includes(method)) {
    throw bad(`token_endpoint_auth_method must be one of: [${methods.join(' ')}]`)
  }
}

export const checkMethod = (type: string, method: string): void => {
  if ((method === 'none') === (type === 'public')) return
  throw bad(`token_endpoint_auth_method '${method}' is not valid for client_type '${type}'`)
}

export const typeOf = (wish: ClientWish): 'public' | 'confidential' => {
  const { client_type: type, token_endpoint_auth_method: method } = wish
  if (type !== '' && type !== 'public' && type !== 'confidential') {
    throw bad("client_type must be 'public' or 'confidential'")
  }
  return type || (method === 'none' ? 'public' : 'confidential')
}

export const newSecret = (): string => randomBytes(32).toString('base64url')
export const hashSecret = sha256Base64Url

export const isSecretOf = ({ client_secret_hash: hash }: OAuthClientRow, secret: string): boolean =>
  hash !== null && isEqual(hashSecret(secret), hash)

export const renderClient = (client: OAuthClientRow, secret?: string): object => ({
  client_id: client.id,
  ...(secret === undefined ? {} : { client_secret: secret }),
  client_type: client.client_type,
  redirect_uris: client.redirect_uris.split(','),
  token_endpoint_auth_method: client.token_endpoint_auth_method,
  grant_types: client.grant_types.split(','),
  response_types: ['code'],
  client_name: client.client_name || undefined,
  client_uri: client.client_uri || undefined,
  logo_uri: client.logo_uri || undefined,
  registration_type: client.registration_type,
  created_at: withZ(client.created_at),
  updated_at: withZ(client.updated_at),
})

/** What people are shown of an app. */
export const introduceClient = (client: OAuthClientRow): object => ({
  id: client.id,
  name: client.client_name || undefined,
  uri: client.client_uri || undefined,
  logo_uri: client.logo_uri || undefined,
})
