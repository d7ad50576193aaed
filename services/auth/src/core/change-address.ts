// What a confirmed new address changes: the user, and the identity that goes with the address.

import type { Db } from '../deps.ts'
import { deleteOneTimeTokens } from '../sql/delete-one-time-tokens.ts'
import { insertIdentity } from '../sql/insert-identity.ts'
import { mergeIdentityData } from '../sql/merge-identity-data.ts'
import { updateUser } from '../sql/update-user.ts'
import { identityData, type Provider } from './new-user.ts'
import { orSay } from './or-say.ts'
import type { UserRow } from './user-row.ts'

type Address = {
  readonly provider: Provider
  readonly address: string
  readonly isVerified: boolean
  readonly at: string
}

/** The identity of this kind gets the address; a user who has none gets one. */
export const setIdentity = async (db: Db, user: UserRow, { provider, address, isVerified, at }: Address) => {
  const known = user.identities.find((one) => one.provider === provider && one.provider_id === user.id)
  if (known !== undefined) {
    const data = { [provider]: address, [`${provider}_verified`]: isVerified }
    return mergeIdentityData(db, known.id, data, at)
  }
  const data = identityData(user.id, provider, address, isVerified)
  const identity = { userId: user.id, provider, providerId: user.id, data, at }
  return insertIdentity(db, identity).catch(orSay('Error creating identity'))
}

/** The pending change has come true. */
export const confirmEmailChange = async (db: Db, user: UserRow, email: string, at: string): Promise<void> => {
  await setIdentity(db, user, { provider: 'email', address: email, isVerified: true, at })
  const isFirst = user.email_confirmed_at === null
  await updateUser(
    db,
    user.id,
    {
      email,
      email_change: '',
      email_change_token_current: '',
      email_change_token_new: '',
      email_change_confirm_status: 0,
      is_anonymous: false,
      email_confirmed_at: isFirst ? at : undefined,
      raw_user_meta_data: isFirst ? { ...user.raw_user_meta_data, email_verified: true } : undefined,
    },
    at,
  ).catch(orSay('Error confirm email'))
  await deleteOneTimeTokens(db, user.id)
}

export const confirmPhoneChange = async (db: Db, user: UserRow, phone: string, at: string): Promise<void> => {
  await setIdentity(db, user, { provider: 'phone', address: phone, isVerified: true, at })
  const cleared = { phone_change: '', phone_change_token: '', is_anonymous: false }
  const changes = { ...cleared, phone, phone_confirmed_at: at }
  await updateUser(db, user.id, changes, at).catch(orSay('Error confirming user'))
  await deleteOneTimeTokens(db, user.id)
}
