// Signing in with a password. Nobody learns whether the address or the password was wrong.

import type { Origin, Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { findUser, type UserKey } from '../sql/find-user.ts'
import { recordDeed } from './audit.ts'
import { comparePassword } from './compare-password.ts'
import { type Opened, openSession } from './open-session.ts'
import { findWeakness, type Weakness } from './password-rules.ts'
import { bareNumber } from './phone-number.ts'
import { together } from './together.ts'
import { hasPassword, isBanned } from './user-row.ts'
import { reportPassword } from './verification-hooks.ts'

export type Credentials = {
  readonly email: string
  readonly phone: string
  readonly password: string
  readonly aud: string
}

export type SignedIn = Opened & { readonly weakness: Weakness | undefined }

const keyOf = ({ config }: Parts, { email, phone, aud }: Credentials): UserKey => {
  if (email !== '' && phone !== '') {
    throw errors.invalid('Only an email address or phone number should be provided on login.')
  }
  if (email !== '') {
    if (!config.external_email_enabled) throw errors.emailLoginDisabled()
    return { email: email.toLowerCase(), aud }
  }
  if (phone === '') throw errors.invalid('missing email or phone')
  if (!config.external_phone_enabled) throw errors.phoneLoginDisabled()
  return { phone: bareNumber(phone), aud }
}

/** Old passwords may be longer than new ones may be: nothing to say about those. */
const weaknessOf = (password: string, { config }: Parts): Weakness | undefined => {
  try {
    return findWeakness(password, config)
  } catch {
    return undefined
  }
}

export const signIn = async (parts: Parts, credentials: Credentials, origin: Origin): Promise<SignedIn> => {
  const key = keyOf(parts, credentials)
  const provider = 'email' in key ? 'email' : 'phone'
  const user = await findUser(parts.pool, key)
  if (user !== undefined && hasPassword(user) && isBanned(user, parts.clock())) throw errors.banned()
  const isRight = await comparePassword(user, credentials.password)
  if (user !== undefined && hasPassword(user)) {
    await reportPassword(parts, { userId: user.id, isValid: isRight, origin })
  }
  if (user === undefined || !isRight) throw errors.invalidLogin()
  if (provider === 'email' && user.email_confirmed_at === null) throw errors.emailNotConfirmed()
  if (provider === 'phone' && user.phone_confirmed_at === null) throw errors.phoneNotConfirmed()
  const opened = await parts.pool.transaction(async (db) => {
    // Sent together, answered together: one round trip.
    const [session] = await together([
      openSession(parts, db, { user, method: 'password', origin }),
      recordDeed(db, parts.clock(), { actor: user, action: 'login', origin, traits: { provider } }),
    ])
    return session
  })
  return { ...opened, weakness: weaknessOf(credentials.password, parts) }
}
