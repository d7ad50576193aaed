// An administrator invites somebody: an account that its owner confirms by the link.

import { randomUUID } from 'node:crypto'
import type { Db, Origin, Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { findUser } from '../sql/find-user.ts'
import { type Actor, recordDeed } from './audit.ts'
import { askBeforeUserCreated, type Planned, tellUserCreated } from './creation-hooks.ts'
import { parseEmail } from './email-address.ts'
import { addIdentities, addUser, getUser } from './new-user.ts'
import type { Post } from './post.ts'
import { sendCode } from './send-code.ts'
import { toNewUser } from './take-back.ts'
import { iso } from './time.ts'
import type { UserRow } from './user-row.ts'

type Invitation = {
  readonly actor: Actor
  readonly email: string
  readonly data: Readonly<Record<string, unknown>>
  readonly aud: string
  readonly redirectTo: string
  readonly origin: Origin
}

export type Invitee = Pick<Invitation, 'email' | 'data' | 'aud'>

/** An account without a password for an address that has none. */
export const planInvitee = (parts: Parts, { email, data, aud }: Invitee): Planned => ({
  id: randomUUID(),
  aud,
  email,
  phone: '',
  encryptedPassword: '',
  data,
  at: iso(parts.clock()),
})

export const addInvitee = async (db: Db, newUser: Planned): Promise<UserRow> => {
  const id = await addUser(db, newUser).catch((error: unknown) => {
    throw errors.savingUser(error)
  })
  await addIdentities(db, id, newUser)
  return getUser(db, id)
}

export const invite = async (
  parts: Parts & { readonly post: Post },
  invitation: Invitation,
): Promise<UserRow> => {
  const { actor, data, aud, redirectTo, origin } = invitation
  const email = parseEmail(invitation.email)
  const planned = planInvitee(parts, { email, data, aud })
  const isUnknown = (await findUser(parts.pool, { email, aud })) === undefined
  if (isUnknown) await askBeforeUserCreated(parts, planned, origin)
  const { user, letters, isNew } = await parts.pool.transaction(async (db) => {
    const found = await findUser(db, { email, aud })
    if (found !== undefined && found.email_confirmed_at !== null) throw errors.emailExists()
    const user = found ?? (await addInvitee(db, planned))
    const traits = { user_id: user.id, user_email: email }
    await recordDeed(db, parts.clock(), { actor, action: 'user_invited', origin, traits })
    const letter = { kind: 'invite', link: 'invite', slot: 'confirmation_token' } as const
    const changes = { invited_at: iso(parts.clock()) }
    const written = await sendCode(parts, db, user, { ...letter, to: email, redirectTo, changes })
    return { user: await getUser(db, user.id), letters: [written], isNew: found === undefined }
  })
  await parts.post(isNew ? toNewUser(letters) : letters, origin)
  if (isNew) await tellUserCreated(parts, user, origin)
  return user
}
