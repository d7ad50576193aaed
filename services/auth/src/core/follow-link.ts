// What happens when somebody opens a link from a mail: in the end a redirect, whatever the outcome, with the
// session in the fragment or, for PKCE, a code in the query.

import { isPlinthError, type PlinthError } from '@plinth/errors'
import type { Origin, Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { issueAuthCode } from '../sql/issue-auth-code.ts'
import { findLinkOwner, isVerifyType, type Owner, type VerifyType } from './find-code-owner.ts'
import { isPkceHash } from './one-time-code.ts'
import { type Opened, openSession } from './open-session.ts'
import { iso } from './time.ts'
import { verifyCode } from './verify-code.ts'

type Link = { readonly type: string; readonly hash: string; readonly redirectTo: string }

export const onlyFirst = 'Confirmation link accepted. Please proceed to confirm link sent to the other email'

/** OAuth names of some statuses (RFC 6749). */
const names: Readonly<Record<number, string>> = {
  400: 'invalid_request',
  401: 'unauthorized_client',
  403: 'access_denied',
  500: 'server_error',
  503: 'temporarily_unavailable',
}

type Pairs = Readonly<Record<string, string>>

const sorted = (pairs: Pairs): string =>
  new URLSearchParams(Object.entries(pairs).sort(([left], [right]) => (left < right ? -1 : 1))).toString()

/** Headers carry ASCII only. */
const inAscii = (address: string): string => address.replace(/[^\x21-\x7e]+/g, encodeURIComponent)

const withFragment = (address: string, pairs: Pairs): string => {
  const [base = ''] = address.split('#', 1)
  return `${inAscii(base)}#${sorted({ ...pairs, sb: '' })}`
}

const withQuery = (address: string, pairs: Pairs): string => {
  const url = new URL(address)
  for (const [name, value] of Object.entries(pairs)) url.searchParams.set(name, value)
  return url.toString()
}

const failure = ({ redirectTo, hash }: Link, { status, code, message }: PlinthError): string => {
  const name = names[status]
  const pairs = {
    ...(name === undefined ? {} : { error: name }),
    error_code: code,
    error_description: message,
  }
  return withFragment(isPkceHash(hash) ? withQuery(redirectTo, pairs) : redirectTo, pairs)
}

const half = ({ redirectTo, hash }: Link): string => {
  const pairs = { message: onlyFirst }
  return withFragment(isPkceHash(hash) ? withQuery(redirectTo, pairs) : redirectTo, pairs)
}

/** The way a PKCE sign-in was started, by the kind of link it ends with. */
const methodOf = (type: VerifyType, { slot }: Owner): string => {
  if (type === 'email') return slot === 'confirmation_token' ? 'email/signup' : 'magiclink'
  return type === 'signup' ? 'email/signup' : type
}

type Outcome = 'half' | { readonly opened: Opened } | { readonly code: string }

const use = (parts: Parts, { type, hash }: Link, origin: Origin): Promise<Outcome> =>
  parts.pool.transaction(async (db) => {
    if (!isVerifyType(type)) throw errors.invalid('Invalid email verification type')
    const owner = await findLinkOwner(parts, db, type, hash)
    const user = await verifyCode(parts, db, { owner, type, origin })
    if (user === undefined) return 'half'
    if (!isPkceHash(hash)) return { opened: await openSession(parts, db, { user, method: 'otp', origin }) }
    const issue = { userId: user.id, method: methodOf(type, owner), at: iso(parts.clock()) }
    const code = await issueAuthCode(db, issue)
    if (code === undefined) throw errors.noFlow()
    return { code }
  })

export type Followed = { readonly location: string; readonly opened?: Opened }

export const followLink = async (parts: Parts, link: Link, origin: Origin): Promise<Followed> => {
  const outcome = await use(parts, link, origin).catch((error: unknown) => {
    if (isPlinthError(error)) return error
    throw error
  })
  if (outcome === 'half') return { location: half(link) }
  if (outcome instanceof Error) return { location: failure(link, outcome) }
  if ('code' in outcome) return { location: withQuery(link.redirectTo, { code: outcome.code }) }
  const { user: _, expires_in, expires_at, ...texts } = outcome.opened.body
  const numbers = { expires_in: String(expires_in), expires_at: String(expires_at) }
  const location = withFragment(link.redirectTo, { ...texts, ...numbers, type: link.type })
  return { location, opened: outcome.opened }
}
