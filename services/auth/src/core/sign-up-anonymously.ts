// An account without an address: a real user who may give one later.

import type { Origin, Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { addUser, getUser } from './new-user.ts'
import { type Opened, openSession } from './open-session.ts'
import { iso } from './time.ts'

type AnonymousWish = { readonly aud: string; readonly data: Readonly<Record<string, unknown>> }

export const signUpAnonymously = (
  parts: Parts,
  { aud, data }: AnonymousWish,
  origin: Origin,
): Promise<Opened> => {
  if (parts.config.disable_signup) throw errors.signupDisabled()
  const at = iso(parts.clock())
  const blank = { email: '', phone: '', encryptedPassword: '', isAnonymous: true }
  return parts.pool.transaction(async (db) => {
    const id = await addUser(db, { ...blank, aud, data, at }).catch((error: unknown) => {
      throw errors.savingAnonymousUser(error)
    })
    return openSession(parts, db, { user: await getUser(db, id), method: 'anonymous', origin })
  })
}
