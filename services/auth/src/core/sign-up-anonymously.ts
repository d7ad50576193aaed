// An account without an address: a real user who may give one later.

import { randomUUID } from 'node:crypto'
import type { Origin, Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { askBeforeUserCreated, tellUserCreated } from './creation-hooks.ts'
import { addUser, getUser } from './new-user.ts'
import { type Opened, openSession } from './open-session.ts'
import { iso } from './time.ts'

type AnonymousWish = { readonly aud: string; readonly data: Readonly<Record<string, unknown>> }

export const signUpAnonymously = async (
  parts: Parts,
  { aud, data }: AnonymousWish,
  origin: Origin,
): Promise<Opened> => {
  if (parts.config.disable_signup) throw errors.signupDisabled()
  const at = iso(parts.clock())
  const id = randomUUID()
  const user = { id, aud, data, at, email: '', phone: '', encryptedPassword: '', isAnonymous: true }
  await askBeforeUserCreated(parts, user, origin)
  const opened = await parts.pool.transaction(async (db) => {
    await addUser(db, user).catch((error: unknown) => {
      throw errors.savingAnonymousUser(error)
    })
    return openSession(parts, db, { user: await getUser(db, id), method: 'anonymous', origin })
  })
  await tellUserCreated(parts, await getUser(parts.pool, id), origin)
  return opened
}
