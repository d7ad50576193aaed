// Marks an address as belonging to its user; whatever code was sent for it is used up.

import type { Db } from '../deps.ts'
import { deleteOneTimeTokens } from '../sql/delete-one-time-tokens.ts'
import { type UserChanges, updateUser } from '../sql/update-user.ts'
import { orSay } from './or-say.ts'
import type { UserRow } from './user-row.ts'

type Confirmable = Pick<UserRow, 'id' | 'raw_user_meta_data'>

export const confirmEmail = async (
  db: Db,
  user: Confirmable,
  at: string,
  more: UserChanges = {},
): Promise<void> => {
  const metadata = { ...user.raw_user_meta_data, email_verified: true }
  const changes = { ...more, confirmation_token: '', email_confirmed_at: at, raw_user_meta_data: metadata }
  await updateUser(db, user.id, changes, at).catch(orSay('Error confirming user'))
  await deleteOneTimeTokens(db, user.id)
}

export const confirmPhone = async (db: Db, user: Confirmable, at: string): Promise<void> => {
  const changes = { confirmation_token: '', phone_confirmed_at: at }
  await updateUser(db, user.id, changes, at).catch(orSay('Error confirming user'))
  await deleteOneTimeTokens(db, user.id)
}
