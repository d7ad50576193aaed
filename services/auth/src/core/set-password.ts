// Stores a new password. Codes on their way belong to the old one, and so do sessions elsewhere.

import type { Db } from '../deps.ts'
import { deleteOneTimeTokens } from '../sql/delete-one-time-tokens.ts'
import { deleteSessions } from '../sql/delete-sessions.ts'
import { updateUser } from '../sql/update-user.ts'

type NewPassword = {
  readonly userId: string
  readonly hash: string | null
  /** The session that goes on, if one does. */
  readonly keep: string | undefined
  readonly at: string
}

const noCodes = {
  confirmation_token: '',
  confirmation_sent_at: null,
  recovery_token: '',
  recovery_sent_at: null,
  email_change_token_current: '',
  email_change_token_new: '',
  email_change_sent_at: null,
  phone_change_token: '',
  phone_change_sent_at: null,
  reauthentication_token: '',
  reauthentication_sent_at: null,
} as const

export const setPassword = async (db: Db, { userId, hash, keep, at }: NewPassword): Promise<void> => {
  await updateUser(db, userId, { ...noCodes, encrypted_password: hash }, at)
  await deleteOneTimeTokens(db, userId)
  await deleteSessions(db, { ofUser: userId, ...(keep === undefined ? {} : { except: keep }) })
}
