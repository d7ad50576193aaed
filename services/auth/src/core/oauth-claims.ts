// What an app learns of a person, by the scopes that were allowed.

import { textAt } from './json-path.ts'
import { millis } from './time.ts'
import type { UserRow } from './user-row.ts'

type Claims = Readonly<Record<string, unknown>>

const profile = (user: UserRow): Claims => {
  const { raw_user_meta_data: data } = user
  return {
    name: textAt(data, 'name') || user.email || undefined,
    picture: textAt(data, 'picture') || textAt(data, 'avatar_url') || undefined,
    preferred_username: textAt(data, 'preferred_username') || textAt(data, 'username') || undefined,
    updated_at: Math.floor(millis(user.updated_at) / 1000),
  }
}

/** The two places name a phone number differently; only the token says that something is not sure, as upstream. */
export const oauthClaims = (
  user: UserRow,
  scopes: readonly string[],
  place: 'id_token' | 'userinfo',
): Claims => {
  const isToken = place === 'id_token'
  const phoneName = isToken ? 'phone_number' : 'phone'
  const isSure = (at: string | null) => at !== null || (isToken ? false : undefined)
  const mail = { email: user.email || undefined, email_verified: isSure(user.email_confirmed_at) }
  const phone = {
    [phoneName]: user.phone || undefined,
    [`${phoneName}_verified`]: isSure(user.phone_confirmed_at),
  }
  return {
    ...(isToken ? { email_verified: false, phone_number_verified: false } : {}),
    ...(scopes.includes('email') ? mail : {}),
    ...(scopes.includes('profile') ? profile(user) : {}),
    ...(scopes.includes('profile') && place === 'userinfo' ? { user_metadata: user.raw_user_meta_data } : {}),
    ...(scopes.includes('phone') ? phone : {}),
  }
}
