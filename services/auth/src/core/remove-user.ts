// Removes an account. Softly: the row stays so that references hold, with nothing left that tells who it was.

import { sha256Base64Url } from '@plinth/crypto'
import type { Db, Origin, Parts } from '../deps.ts'
import { blurIdentities } from '../sql/blur-identities.ts'
import { deleteCredentials } from '../sql/delete-credentials.ts'
import { deleteOneTimeTokens } from '../sql/delete-one-time-tokens.ts'
import { deleteSessions } from '../sql/delete-sessions.ts'
import { deleteUser } from '../sql/delete-user.ts'
import { updateUser } from '../sql/update-user.ts'
import { type Actor, recordDeed } from './audit.ts'
import { orSay } from './or-say.ts'
import { iso } from './time.ts'
import type { UserRow } from './user-row.ts'

const blur = (userId: string, value: string): string => sha256Base64Url(userId + value)

const removeSoftly = async (db: Db, user: UserRow, at: string): Promise<void> => {
  if (user.deleted_at !== null) return
  await updateUser(
    db,
    user.id,
    {
      email: blur(user.id, user.email ?? ''),
      phone: blur(user.id, user.phone ?? '').slice(0, 15),
      email_change: blur(user.id, user.email_change),
      phone_change: blur(user.id, user.phone_change).slice(0, 15),
      encrypted_password: null,
      confirmation_token: '',
      recovery_token: '',
      email_change_token_current: '',
      email_change_token_new: '',
      phone_change_token: '',
      raw_user_meta_data: {},
      raw_app_meta_data: {},
      deleted_at: at,
    },
    at,
  )
  const blurred = user.identities.map(({ id, provider, provider_id }) => ({
    id,
    providerId: blur(user.id, `${provider}:${provider_id}`),
  }))
  await blurIdentities(db, blurred, at)
  await deleteOneTimeTokens(db, user.id)
  await deleteSessions(db, { ofUser: user.id })
  await deleteCredentials(db, user.id)
}

type Removal = {
  readonly actor: Actor
  readonly user: UserRow
  readonly softly: boolean
  readonly origin: Origin
}

export const removeUser = (parts: Parts, { actor, user, softly, origin }: Removal): Promise<void> =>
  parts.pool.transaction(async (db) => {
    const traits = { user_id: user.id, user_email: user.email, user_phone: user.phone }
    await recordDeed(db, parts.clock(), { actor, action: 'user_deleted', origin, traits })
    if (softly) return removeSoftly(db, user, iso(parts.clock())).catch(orSay('Error soft deleting user'))
    await deleteUser(db, user.id).catch(orSay('Database error deleting user'))
  })
