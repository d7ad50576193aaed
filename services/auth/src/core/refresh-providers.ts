// `app_metadata` names the ways a user is known, the first one first.

import type { Db } from '../deps.ts'
import { updateUser } from '../sql/update-user.ts'
import type { UserRow } from './user-row.ts'

export const refreshProviders = async (db: Db, user: UserRow, at: string): Promise<void> => {
  const providers = [...new Set(user.identities.map((identity) => identity.provider))]
  const [provider] = providers
  if (provider === undefined) return
  const raw_app_meta_data = { ...user.raw_app_meta_data, provider, providers }
  if (JSON.stringify(raw_app_meta_data) === JSON.stringify(user.raw_app_meta_data)) return
  await updateUser(db, user.id, { raw_app_meta_data }, at)
}
