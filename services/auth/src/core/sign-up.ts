// A new account by address and password. Where addresses must be confirmed first, the answer for a taken
// address looks like any other: nobody learns who has an account.

import { randomUUID } from 'node:crypto'
import { hashPassword } from '@plinth/crypto'
import { isDatabaseError } from '@plinth/postgres'
import type { Db, Origin, Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { findUser } from '../sql/find-user.ts'
import { findUserOfAddress } from '../sql/find-user-of-address.ts'
import { updateUser } from '../sql/update-user.ts'
import { recordDeed } from './audit.ts'
import { confirmEmail, confirmPhone } from './confirm-user.ts'
import { askBeforeUserCreated, tellUserCreated } from './creation-hooks.ts'
import { parseEmail } from './email-address.ts'
import { inventUser } from './invent-user.ts'
import { checkLeaks } from './leaked-password.ts'
import type { Draft } from './letter.ts'
import { addIdentities, addUser, getUser, identityData, type NewUser, type Provider } from './new-user.ts'
import { type Opened, openSession } from './open-session.ts'
import { checkPassword } from './password-rules.ts'
import { parsePhone } from './phone-number.ts'
import { type Challenge, isPkce } from './pkce.ts'
import type { Post } from './post.ts'
import { checkFrequency, sendCode } from './send-code.ts'
import { sendSms } from './send-sms.ts'
import type { Channel } from './sms-channel.ts'
import { startFlow } from './start-flow.ts'
import { toNewUser } from './take-back.ts'
import { iso } from './time.ts'
import type { UserRow } from './user-row.ts'

export type SignUpWish = Challenge & {
  readonly email: string
  readonly phone: string
  readonly password: string
  readonly data: Readonly<Record<string, unknown>>
  readonly aud: string
  readonly redirectTo: string
  readonly channel?: Channel
}

/** Signed in at once, or waiting for a confirmation (of an account that may be invented). */
export type SignedUp = { readonly session: Opened } | { readonly user: UserRow }
type SignUpParts = Parts & { readonly post: Post }

const checkWish = (parts: Parts, wish: SignUpWish): void => {
  if (wish.password === '') throw errors.invalid('Signup requires a valid password')
  checkPassword(wish.password, parts.config)
  if (wish.email !== '' && wish.phone !== '') {
    throw errors.invalid('Only an email address or phone number should be provided on signup.')
  }
  if (wish.phone !== '' && wish.code_challenge !== '')
    throw errors.invalid('PKCE not supported for phone signups')
  isPkce(wish)
}

/** The address as it is kept, and by which provider it is known. */
const addressOf = (
  { config }: Parts,
  wish: SignUpWish,
): { email: string; phone: string; provider: Provider } => {
  if (wish.email !== '') {
    if (!config.external_email_enabled) throw errors.emailSignupDisabled()
    return { email: parseEmail(wish.email), phone: '', provider: 'email' }
  }
  if (!config.external_phone_enabled) throw errors.phoneSignupDisabled()
  return { email: '', phone: parsePhone(wish.phone), provider: 'phone' }
}

const isConfirmed = (user: UserRow, provider: Provider): boolean =>
  (provider === 'email' ? user.email_confirmed_at : user.phone_confirmed_at) !== null

type Plan = {
  readonly wish: SignUpWish
  readonly newUser: NewUser
  readonly provider: Provider
  readonly origin: Origin
}

/** Adds the account, its identity, and the person's data to both. */
const create = async (db: Db, { wish, newUser, provider }: Plan): Promise<UserRow> => {
  const id = await addUser(db, newUser).catch((error: unknown) => {
    if (isDatabaseError(error) && error.sqlstate === '23505' && error.table === 'users') throw error
    throw errors.savingUser(error)
  })
  await addIdentities(db, id, newUser, wish.data)
  const user = await getUser(db, id)
  const known = identityData(id, provider, newUser[provider])
  const raw_user_meta_data = { ...user.raw_user_meta_data, ...known }
  await updateUser(db, id, { raw_user_meta_data }, newUser.at)
  return getUser(db, id)
}

/** Confirms at once where that is configured; else writes the letter that asks for it. */
const confirmOrAsk = async (parts: Parts, db: Db, user: UserRow, plan: Plan): Promise<readonly Draft[]> => {
  const { provider, wish, origin, newUser } = plan
  const isAuto = provider === 'email' ? parts.config.mailer_autoconfirm : parts.config.sms_autoconfirm
  const action = isAuto ? 'user_signedup' : 'user_confirmation_requested'
  await recordDeed(db, parts.clock(), { actor: user, action, origin, traits: { provider } })
  if (isAuto) {
    await (provider === 'email' ? confirmEmail : confirmPhone)(db, user, newUser.at)
    return []
  }
  if (provider === 'phone') {
    const { channel } = wish
    return sendSms(parts, db, user, { slot: 'confirmation_token', to: newUser.phone, channel })
  }
  const pkce = isPkce(wish)
  if (pkce) {
    const flow = { userId: user.id, method: 'email/signup', providerType: 'email', challenge: wish } as const
    await startFlow(db, { ...flow, at: newUser.at })
  }
  checkFrequency(parts, user, 'confirmation_token')
  const { redirectTo } = wish
  const letter = { kind: 'confirmation', link: 'signup', slot: 'confirmation_token', redirectTo } as const
  return [await sendCode(parts, db, user, { ...letter, to: newUser.email, isPkce: pkce })]
}

type Registered = Omit<Outcome, 'letters'> & { readonly provider: Provider }
type Outcome = { readonly user: UserRow; readonly letters: readonly Draft[]; readonly isTaken: boolean }

const findTaken = (db: Db, { email, phone, aud }: NewUser): Promise<UserRow | undefined> =>
  email === '' ? findUser(db, { phone, aud }) : findUserOfAddress(db, { email, aud })

const register = async (parts: Parts, db: Db, plan: Plan): Promise<Outcome> => {
  const { newUser, provider, origin } = plan
  const found = await findTaken(db, newUser)
  if (found !== undefined && isConfirmed(found, provider)) {
    const action = 'user_repeated_signup' as const
    await recordDeed(db, parts.clock(), { actor: found, action, origin, traits: { provider } })
    return { user: found, letters: [], isTaken: true }
  }
  const user = found ?? (await create(db, plan))
  const letters = await confirmOrAsk(parts, db, user, plan)
  return { user: await getUser(db, user.id), letters, isTaken: false }
}

/** Two sign-ups at the same moment: the second one finds the first. */
const registerOnce = async (parts: Parts, plan: Plan): Promise<Outcome> => {
  const run = () => parts.pool.transaction((db) => register(parts, db, plan))
  try {
    return await run()
  } catch (error) {
    if (isDatabaseError(error) && error.sqlstate === '23505' && error.table === 'users') return run()
    throw error
  }
}

/** Adds the account, or finds it waiting for its confirmation, and sends the letter. Signs nobody in. */
export const registerAccount = async (
  parts: SignUpParts,
  wish: SignUpWish,
  origin: Origin,
  encryptedPassword: string,
): Promise<Registered> => {
  if (parts.config.disable_signup) throw errors.signupDisabled()
  const address = addressOf(parts, wish)
  const { provider, ...addresses } = address
  const at = iso(parts.clock())
  const id = randomUUID()
  const newUser = { id, aud: wish.aud, ...addresses, encryptedPassword, data: wish.data, at }
  const found = await findTaken(parts.pool, newUser)
  if (found === undefined) await askBeforeUserCreated(parts, newUser, origin)
  const { user, letters, isTaken } = await registerOnce(parts, { wish, newUser, provider, origin })
  const isNew = user.id === id
  await parts.post(isNew ? toNewUser(letters) : letters, origin)
  if (isNew) await tellUserCreated(parts, user, origin)
  return { user, isTaken, provider }
}

export const signUp = async (parts: SignUpParts, wish: SignUpWish, origin: Origin): Promise<SignedUp> => {
  if (parts.config.disable_signup) throw errors.signupDisabled()
  checkWish(parts, wish)
  addressOf(parts, wish)
  await checkLeaks(parts, wish.password)
  // Hashed whether the address is taken or not, so that the time taken tells nothing.
  const hash = await hashPassword(wish.password)
  const { user, isTaken, provider } = await registerAccount(parts, wish, origin, hash)
  if (isTaken) {
    if (parts.config.mailer_autoconfirm || parts.config.sms_autoconfirm) throw errors.userExists()
    return { user: inventUser(user, { ...wish, provider, at: iso(parts.clock()) }) }
  }
  if (!isConfirmed(user, provider)) {
    return { user: user.invited_at === null ? user : { ...user, raw_user_meta_data: {}, identities: [] } }
  }
  const session = await parts.pool.transaction(async (db) => {
    await recordDeed(db, parts.clock(), { actor: user, action: 'login', origin, traits: { provider } })
    return openSession(parts, db, { user, method: 'password', origin })
  })
  return { session }
}
