// Uses up a code: what it confirms is confirmed, and its owner may be signed in.

import type { Db, Origin, Parts } from '../deps.ts'
import { deleteOneTimeToken } from '../sql/delete-one-time-token.ts'
import { deleteOneTimeTokens } from '../sql/delete-one-time-tokens.ts'
import { mergeIdentityData } from '../sql/merge-identity-data.ts'
import { updateUser } from '../sql/update-user.ts'
import { recordDeed } from './audit.ts'
import { confirmEmailChange, confirmPhoneChange } from './change-address.ts'
import { confirmEmail, confirmPhone } from './confirm-user.ts'
import { isPhoneType, type Owner, type VerifyType } from './find-code-owner.ts'
import { getUser } from './new-user.ts'
import { orSay } from './or-say.ts'
import { refreshProviders } from './refresh-providers.ts'
import { iso } from './time.ts'
import type { UserRow } from './user-row.ts'

type Verification = {
  readonly owner: Owner
  readonly type: VerifyType
  readonly origin: Origin
  readonly at: string
}

const finishSignUp = async (
  parts: Parts,
  db: Db,
  { owner: { user }, origin, at }: Verification,
): Promise<void> => {
  const traits = { provider: 'email' }
  await recordDeed(db, parts.clock(), { actor: user, action: 'user_signedup', origin, traits })
  await confirmEmail(db, user, at)
  for (const identity of user.identities) {
    const isSame = identity.email !== null && identity.email === user.email
    if (isSame) await mergeIdentityData(db, identity.id, { email_verified: true }, at)
  }
}

const finishRecovery = async (
  parts: Parts,
  db: Db,
  { owner: { user }, origin, at }: Verification,
): Promise<void> => {
  const deed = { actor: user, origin }
  await updateUser(db, user.id, { recovery_token: '' }, at).catch(orSay('Database error updating user'))
  await deleteOneTimeTokens(db, user.id)
  if (user.email_confirmed_at !== null) return recordDeed(db, parts.clock(), { ...deed, action: 'login' })
  await recordDeed(db, parts.clock(), { ...deed, action: 'user_signedup', traits: { provider: 'email' } })
  await confirmEmail(db, user, at)
}

/** With secure changes the first of two confirmations only counts as such. */
const isFirstOfTwo = ({ config }: Parts, user: UserRow): boolean =>
  !config.mailer_autoconfirm &&
  config.mailer_secure_email_change_enabled &&
  user.email_change_confirm_status === 0 &&
  user.email !== null

const finishEmailChange = async (
  parts: Parts,
  db: Db,
  { owner, origin, at }: Verification,
): Promise<boolean> => {
  const { user, slot } = owner
  if (isFirstOfTwo(parts, user)) {
    await updateUser(db, user.id, { email_change_confirm_status: 1, [slot]: '' }, at)
    await deleteOneTimeToken(db, user.id, slot)
    return false
  }
  await recordDeed(db, parts.clock(), { actor: user, action: 'user_modified', origin })
  await confirmEmailChange(db, user, user.email_change, at)
  return true
}

const finishPhone = async (parts: Parts, db: Db, { owner: { user }, type, origin, at }: Verification) => {
  const deed = { actor: user, origin }
  if (type === 'phone_change') {
    await recordDeed(db, parts.clock(), { ...deed, action: 'user_modified' })
    return confirmPhoneChange(db, user, user.phone_change, at)
  }
  await recordDeed(db, parts.clock(), { ...deed, action: 'user_signedup', traits: { provider: 'phone' } })
  await confirmPhone(db, user, at)
  if (user.is_anonymous) await updateUser(db, user.id, { is_anonymous: false }, at)
}

const finish = async (parts: Parts, db: Db, verification: Verification): Promise<boolean> => {
  const { owner, type } = verification
  if (isPhoneType(type)) await finishPhone(parts, db, verification)
  else if (type === 'email_change') return finishEmailChange(parts, db, verification)
  else if (owner.slot === 'confirmation_token') await finishSignUp(parts, db, verification)
  else await finishRecovery(parts, db, verification)
  return true
}

type Use = { readonly owner: Owner; readonly type: VerifyType; readonly origin: Origin }

/** The owner as confirmed; `undefined` when a second confirmation is still to come. */
export const verifyCode = async (parts: Parts, db: Db, use: Use): Promise<UserRow | undefined> => {
  const at = iso(parts.clock())
  if (!(await finish(parts, db, { ...use, at }))) return undefined
  const { id } = use.owner.user
  await refreshProviders(db, await getUser(db, id), at)
  return getUser(db, id)
}
