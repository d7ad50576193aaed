// Which account an identity of another service belongs to: one that has it already, one with the same verified
// address, or a new one.

import type { Db, Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { findIdentity } from '../sql/find-identity.ts'
import { findUserOfAddress } from '../sql/find-user-of-address.ts'
import { listUsersOfEmails } from '../sql/list-users-of-emails.ts'
import { getUser } from './new-user.ts'
import { candidateOf, type Profile, type ProfileEmail } from './profile.ts'
import type { UserRow } from './user-row.ts'

export type External = {
  readonly provider: string
  readonly profile: Profile
  readonly aud: string
  readonly emailOptional: boolean
}

export type Decision =
  | { readonly kind: 'known'; readonly user: UserRow; readonly identityId: string }
  | { readonly kind: 'link'; readonly user: UserRow }
  | { readonly kind: 'new'; readonly email: ProfileEmail | undefined }

const onlyOne = (known: readonly { readonly id: string }[]): string | undefined => {
  const ids = new Set(known.map(({ id }) => id))
  if (ids.size > 1) {
    throw errors.manyAccounts()
  }
  return known[0]?.id
}

/** An address that nobody vouches for never joins accounts, and an account of its own goes without it when taken. */
export const decideAccount = async (
  { config }: Parts,
  db: Db,
  { provider, profile, aud }: External,
): Promise<Decision> => {
  const identity = await findIdentity(db, { provider, providerId: profile.subject })
  if (identity !== undefined) {
    return { kind: 'known', user: await getUser(db, identity.user_id), identityId: identity.id }
  }
  const email = candidateOf(profile)
  const verified = profile.emails.filter((one) => one.verified || config.mailer_autoconfirm)
  if (verified.length === 0) {
    const address = email?.email.toLowerCase() ?? ''
    const isTaken = address !== '' && (await findUserOfAddress(db, { email: address, aud })) !== undefined
    return { kind: 'new', email: isTaken ? undefined : email }
  }
  const addresses = verified.map((one) => one.email.toLowerCase())
  const known = await listUsersOfEmails(db, { emails: addresses, aud, provider })
  const id = onlyOne(known.filter((one) => one.by_identity)) ?? onlyOne(known)
  return id === undefined ? { kind: 'new', email } : { kind: 'link', user: await getUser(db, id) }
}
