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

/** The two places name a phone number differently, as upstream does. */
export const oauthClaims = (
  user: UserRow,
  scopes: readonly string[],
  place: 'id_token' | 'userinfo',
): Claims => {
  const phoneName = place === 'id_token' ? 'phone_number' : 'phone'
  const mail = { email: user.email ?? undefined, email_verified: user.email_confirmed_at !== null }
  const phone = {
    [phoneName]: user.phone ?? undefined,
    [`${phoneName}_verified`]: user.phone_confirmed_at !== null,
  }
  return {
    ...(scopes.includes('email') && user.email !== null ? mail : {}),
    ...(scopes.includes('profile') ? profile(user) : {}),
    ...(scopes.includes('profile') && place === 'userinfo' ? { user_metadata: user.raw_user_meta_data } : {}),
    ...(scopes.includes('phone') && user.phone !== null ? phone : {}),
  }
}
