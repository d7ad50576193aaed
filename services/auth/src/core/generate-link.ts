// Links for administrators who send their own mails: the same codes, handed out instead of posted.

import { hashPassword } from '@plinth/crypto'
import type { Db, Origin, Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { findUser } from '../sql/find-user.ts'
import { findUserOfAddress } from '../sql/find-user-of-address.ts'
import { replaceOneTimeToken } from '../sql/replace-one-time-token.ts'
import { type UserChanges, updateUser } from '../sql/update-user.ts'
import { type Actor, recordDeed } from './audit.ts'
import { type CodeType, sentAtColumn } from './code-slot.ts'
import { askBeforeUserCreated, type Planned, tellUserCreated } from './creation-hooks.ts'
import { parseEmail } from './email-address.ts'
import { addInvitee, planInvitee } from './invite.ts'
import { mergeMetadata } from './merge-metadata.ts'
import { addIdentities, addUser, getUser } from './new-user.ts'
import { hashCode, newCode } from './one-time-code.ts'
import { checkPassword } from './password-rules.ts'
import { actionLink } from './send-code.ts'
import { iso } from './time.ts'
import type { UserRow } from './user-row.ts'

const types = [
  'signup',
  'invite',
  'magiclink',
  'recovery',
  'email_change_current',
  'email_change_new',
] as const
type LinkKind = (typeof types)[number]

export type LinkWish = {
  readonly type: string
  readonly email: string
  readonly new_email: string
  readonly password: string
  readonly data: Readonly<Record<string, unknown>>
  readonly aud: string
  readonly redirectTo: string
  readonly actor: Actor
  readonly origin: Origin
}

export type GeneratedLink = {
  readonly user: UserRow
  readonly action_link: string
  readonly email_otp: string
  readonly hashed_token: string
  readonly verification_type: string
  readonly redirect_to: string
}

type Prepared = {
  readonly kind: LinkKind
  readonly email: string
  readonly newEmail: string
  /** The account that is made along the way if there is none. */
  readonly planned: Planned
  readonly isNew: boolean
}

const isLinkKind = (text: string): text is LinkKind => types.some((type) => type === text)

const prepare = async (parts: Parts, wish: LinkWish): Promise<Prepared> => {
  const email = parseEmail(wish.email)
  if (!isLinkKind(wish.type)) throw errors.invalid(`Invalid email action link type requested: ${wish.type}`)
  const isChange = wish.type.startsWith('email_change')
  const secure = parts.config.mailer_secure_email_change_enabled
  if (wish.type === 'email_change_current' && !secure) {
    throw errors.invalid('Enable secure email change to generate link for current email')
  }
  const newEmail = isChange ? parseEmail(wish.new_email) : ''
  const user = await findUser(parts.pool, { email, aud: wish.aud })
  const planned = planInvitee(parts, { email, data: wish.data, aud: wish.aud })
  const found = { kind: wish.type, email, newEmail, planned, isNew: false }
  if (user !== undefined) return found
  if (wish.type === 'recovery' || isChange) throw errors.userWithEmailNotFound()
  const unknown = { ...found, isNew: true }
  if (wish.type === 'magiclink') return { ...unknown, kind: 'signup' }
  if (wish.type === 'invite') return unknown
  if (wish.password === '') throw errors.invalid('Signup requires a valid password')
  checkPassword(wish.password, parts.config)
  return { ...unknown, planned: { ...planned, encryptedPassword: await hashPassword(wish.password) } }
}

const addNew = async (db: Db, prepared: Prepared): Promise<UserRow> => {
  const { planned } = prepared
  if (prepared.kind === 'invite') return addInvitee(db, planned)
  const id = await addUser(db, planned).catch((error: unknown) => {
    throw errors.savingUser(error)
  })
  await addIdentities(db, id, planned)
  return getUser(db, id)
}

const slotOf: Readonly<Record<LinkKind, CodeType>> = {
  signup: 'confirmation_token',
  invite: 'confirmation_token',
  magiclink: 'recovery_token',
  recovery: 'recovery_token',
  email_change_current: 'email_change_token_current',
  email_change_new: 'email_change_token_new',
}

/** What changes on the account besides the code. */
const changesFor = async (
  db: Db,
  wish: LinkWish,
  user: UserRow,
  prepared: Prepared,
): Promise<UserChanges> => {
  const { kind, newEmail } = prepared
  const isConfirmed = user.email_confirmed_at !== null
  if ((kind === 'signup' || kind === 'invite') && isConfirmed) throw errors.emailExists()
  if (kind === 'signup') return { raw_user_meta_data: mergeMetadata(user.raw_user_meta_data, wish.data) }
  if (newEmail === '') return {}
  const taken = await findUserOfAddress(db, { email: newEmail, aud: user.aud, exceptUser: user.id })
  if (taken !== undefined) throw errors.emailExists()
  return { email_change: newEmail, email_change_confirm_status: 0 }
}

type Granted = { readonly user: UserRow; readonly kind: LinkKind }

const record = async (db: Db, now: number, { actor, origin }: LinkWish, { user, kind }: Granted) => {
  const traits = { user_id: user.id, user_email: user.email }
  if (kind === 'invite') return recordDeed(db, now, { actor, action: 'user_invited', origin, traits })
  if (kind === 'magiclink' || kind === 'recovery') {
    return recordDeed(db, now, { actor: user, action: 'user_recovery_requested', origin })
  }
}

export const generateLink = async (parts: Parts, wish: LinkWish): Promise<GeneratedLink> => {
  const prepared = await prepare(parts, wish)
  const { kind, email, newEmail, planned, isNew } = prepared
  if (isNew) await askBeforeUserCreated(parts, planned, wish.origin)
  const link = await parts.pool.transaction(async (db) => {
    const user = (await findUser(db, { email, aud: wish.aud })) ?? (await addNew(db, prepared))
    const changes = await changesFor(db, wish, user, prepared)
    await record(db, parts.clock(), wish, { user, kind })
    const at = iso(parts.clock())
    const slot = slotOf[kind]
    const to = kind === 'email_change_new' ? newEmail : email
    const code = newCode(parts.config.mailer_otp_length)
    const hash = hashCode(to, code)
    const invited = kind === 'invite' ? { invited_at: at } : {}
    await updateUser(db, user.id, { ...changes, ...invited, [slot]: hash, [sentAtColumn[slot]]: at }, at)
    await replaceOneTimeToken(db, { userId: user.id, type: slot, hash, relatesTo: to, at })
    const type = newEmail === '' ? kind : 'email_change'
    const { redirectTo } = wish
    return {
      user: await getUser(db, user.id),
      action_link: actionLink(parts.issuer, { hash, type, redirectTo }),
      email_otp: code,
      // Of the present address even where the code goes to a new one, as upstream says it.
      hashed_token: hashCode(email, code),
      verification_type: kind,
      redirect_to: redirectTo,
    }
  })
  if (isNew) await tellUserCreated(parts, link.user, wish.origin)
  return link
}
