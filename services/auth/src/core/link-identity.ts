// A signed-in person adds another way to sign in; or somebody who was invited comes by way of another service.

import { isDatabaseError } from '@plinth/postgres'
import type { Db, Origin, Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { findIdentity } from '../sql/find-identity.ts'
import { findUserOfCode } from '../sql/find-user-of-code.ts'
import { updateUser } from '../sql/update-user.ts'
import { recordDeed } from './audit.ts'
import { confirmEmail } from './confirm-user.ts'
import { addIdentity, type Entered, removeUnconfirmed } from './enter-external.ts'
import type { External } from './external-account.ts'
import { mergeMetadata } from './merge-metadata.ts'
import { getUser } from './new-user.ts'
import { noticeOf } from './notice.ts'
import { candidateOf, identityDataOf } from './profile.ts'
import { refreshProviders } from './refresh-providers.ts'
import { sendCode } from './send-code.ts'
import { iso } from './time.ts'
import type { UserRow } from './user-row.ts'

type Linking = Pick<External, 'provider' | 'profile'> & { readonly origin: Origin }

/** Who had no address gets the one of the new identity. */
const adoptEmail = async (
  parts: Parts,
  db: Db,
  user: UserRow,
  linking: Linking,
): Promise<Entered | undefined> => {
  const email = candidateOf(linking.profile)
  if (email === undefined) return undefined
  const at = iso(parts.clock())
  const address = email.email.toLowerCase()
  await updateUser(db, user.id, { email: address }, at).catch((error: unknown) => {
    throw isDatabaseError(error) && error.sqlstate === '23505' ? errors.emailExists() : error
  })
  if (!email.verified) {
    const letter = { kind: 'confirmation', link: 'signup', slot: 'confirmation_token' } as const
    const sending = { ...letter, to: address, redirectTo: parts.config.site_url }
    return { kind: 'unverified', letters: [await sendCode(parts, db, await getUser(db, user.id), sending)] }
  }
  await confirmEmail(db, await getUser(db, user.id), at, { is_anonymous: false })
  return undefined
}

export const linkIdentity = async (
  parts: Parts,
  db: Db,
  userId: string,
  linking: Linking,
): Promise<Entered> => {
  const { provider, profile, origin } = linking
  const known = await findIdentity(db, { provider, providerId: profile.subject })
  if (known !== undefined) throw errors.identityTaken(known.user_id === userId)
  const user = await getUser(db, userId)
  const at = iso(parts.clock())
  const identityId = await addIdentity(db, userId, linking, at)
  const traits = { identity_id: identityId, provider, provider_id: profile.subject }
  await recordDeed(db, parts.clock(), { actor: user, action: 'identity_linked', origin, traits })
  const waiting = user.email === null ? await adoptEmail(parts, db, user, linking) : undefined
  await refreshProviders(db, await getUser(db, userId), at)
  if (waiting !== undefined) return waiting
  const linked = await getUser(db, userId)
  const letters = noticeOf(parts, linked, 'identity_linked', { Provider: provider })
  return { kind: 'in', user: linked, isNew: false, letters }
}

export const acceptInvite = async (
  parts: Parts,
  db: Db,
  token: string,
  linking: Linking,
): Promise<Entered> => {
  const { provider, profile, origin } = linking
  const user = await findUserOfCode(db, { hash: token, types: ['confirmation_token'] })
  if (user === undefined) throw errors.inviteNotFound()
  if (!profile.emails.some(({ email }) => email.toLowerCase() === user.email)) {
    throw errors.invalid('Invited email does not match emails from external provider')
  }
  const at = iso(parts.clock())
  await addIdentity(db, user.id, linking, at)
  const raw_user_meta_data = mergeMetadata(user.raw_user_meta_data, identityDataOf(profile))
  await updateUser(db, user.id, { raw_user_meta_data }, at)
  await recordDeed(db, parts.clock(), {
    actor: user,
    action: 'invite_accepted',
    origin,
    traits: { provider },
  })
  await removeUnconfirmed(db, user, linking, at)
  await confirmEmail(db, await getUser(db, user.id), at)
  return { kind: 'in', user: await getUser(db, user.id), isNew: false }
}
