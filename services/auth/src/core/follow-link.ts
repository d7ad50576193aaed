// What happens when somebody opens a link from a mail: in the end a redirect, whatever the outcome, with the
// session in the fragment or, for PKCE, a code in the query.

import { isPlinthError, type PlinthError } from '@plinth/errors'
import type { Origin, Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { issueAuthCode } from '../sql/issue-auth-code.ts'
import { findLinkOwner, isVerifyType, type Owner, type VerifyType } from './find-code-owner.ts'
import type { Draft } from './letter.ts'
import { noticesOfChange } from './notice.ts'
import { isPkceHash } from './one-time-code.ts'
import { type Opened, openSession } from './open-session.ts'
import type { Post } from './post.ts'
import { oauthNames, successRedirect, withCode, withFragment, withQuery } from './redirect-result.ts'
import { iso } from './time.ts'
import { verifyCode } from './verify-code.ts'

type Link = { readonly type: string; readonly hash: string; readonly redirectTo: string }

export const onlyFirst = 'Confirmation link accepted. Please proceed to confirm link sent to the other email'

const failure = ({ redirectTo, hash }: Link, { status, code, message }: PlinthError): string => {
  const name = oauthNames[status]
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

type Outcome =
  | 'half'
  | ({ readonly letters: readonly Draft[] } & ({ readonly opened: Opened } | { readonly code: string }))

const use = (parts: Parts, { type, hash }: Link, origin: Origin): Promise<Outcome> =>
  parts.pool.transaction(async (db) => {
    if (!isVerifyType(type)) throw errors.invalid('Invalid email verification type')
    const owner = await findLinkOwner(parts, db, type, hash)
    const user = await verifyCode(parts, db, { owner, type, origin })
    if (user === undefined) return 'half'
    const letters = noticesOfChange(parts, owner.user, user)
    if (!isPkceHash(hash))
      return { letters, opened: await openSession(parts, db, { user, method: 'otp', origin }) }
    const issue = { userId: user.id, method: methodOf(type, owner), at: iso(parts.clock()) }
    const code = await issueAuthCode(db, issue)
    if (code === undefined) throw errors.noFlow()
    return { letters, code }
  })

export type Followed = { readonly location: string; readonly opened?: Opened }

type FollowParts = Parts & { readonly post: Post }

export const followLink = async (parts: FollowParts, link: Link, origin: Origin): Promise<Followed> => {
  const outcome = await use(parts, link, origin).catch((error: unknown) => {
    if (isPlinthError(error)) return error
    throw error
  })
  if (outcome === 'half') return { location: half(link) }
  if (outcome instanceof Error) return { location: failure(link, outcome) }
  await parts.post(outcome.letters, origin)
  if ('code' in outcome) return { location: withCode(link.redirectTo, outcome.code) }
  const location = successRedirect(link.redirectTo, outcome.opened, { type: link.type })
  return { location, opened: outcome.opened }
}
