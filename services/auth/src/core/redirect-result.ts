// How the outcome of a flow rides on an address: sessions in the fragment, codes in the query, problems in both.

import type { PlinthError } from '@plinth/errors'
import { at } from './json-path.ts'
import type { Opened } from './open-session.ts'

type Pairs = Readonly<Record<string, string>>

const sorted = (pairs: Pairs): string =>
  new URLSearchParams(Object.entries(pairs).sort(([left], [right]) => (left < right ? -1 : 1))).toString()

/** Headers carry ASCII only. */
const inAscii = (address: string): string => address.replace(/[^\x21-\x7e]+/g, encodeURIComponent)

export const withFragment = (address: string, pairs: Pairs): string => {
  const [base = ''] = address.split('#', 1)
  return `${inAscii(base)}#${sorted({ ...pairs, sb: '' })}`
}

export const withQuery = (address: string, pairs: Pairs): string => {
  const url = new URL(address)
  for (const [name, value] of Object.entries(pairs)) url.searchParams.set(name, value)
  url.searchParams.sort()
  return url.toString()
}

export const withCode = (address: string, code: string): string => withQuery(address, { code })

export const successRedirect = (address: string, { body }: Opened, more: Pairs): string => {
  const { user: _, expires_in, expires_at, ...texts } = body
  const numbers = { expires_in: String(expires_in), expires_at: String(expires_at) }
  // Apps that route by fragment keep theirs in front of it.
  return `${inAscii(address)}#${sorted({ ...texts, ...numbers, ...more, sb: '' })}`
}

/** OAuth names of some statuses (RFC 6749). */
export const oauthNames: Readonly<Record<number, string>> = {
  400: 'invalid_request',
  401: 'unauthorized_client',
  403: 'access_denied',
  500: 'server_error',
  503: 'temporarily_unavailable',
}

/** Whose no it is: a person's or a project's, whatever the status. */
const denials = new Set(['signup_disabled', 'user_banned', 'provider_email_needs_verification'])

/** A problem as parameters of an address. */
export const failurePairs = (error: PlinthError): Pairs => {
  const told = error.code === 'oauth_error' ? at(error.details, 'error') : undefined
  const named = denials.has(error.code) ? 'access_denied' : (oauthNames[error.status] ?? 'server_error')
  return {
    error: typeof told === 'string' ? told : named,
    ...(told === undefined ? { error_code: error.code } : {}),
    error_description: error.message,
  }
}

export const failureRedirect = (address: string, error: PlinthError): string => {
  const pairs = failurePairs(error)
  return withFragment(withQuery(address, pairs), pairs)
}
