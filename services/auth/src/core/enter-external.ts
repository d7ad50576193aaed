// Somebody comes in by way of another service: the account is found or made, and confirmed if the service vouches
// for its address.

import { randomUUID } from 'node:crypto'
import type { Db, Origin, Parts } from '../deps.ts'
import { errors } from '../errors.ts'
import { deleteOtherIdentities } from '../sql/delete-other-identities.ts'
import { insertIdentity } from '../sql/insert-identity.ts'
import { replaceIdentityData } from '../sql/replace-identity-data.ts'
import { updateUser } from '../sql/update-user.ts'
import { recordDeed } from './audit.ts'
import { confirmEmail } from './confirm-user.ts'
import { askBeforeUserCreated, type Planned } from './creation-hooks.ts'
import { type Decision, decideAccount, type External } from './external-account.ts'
import type { Draft } from './letter.ts'
import { mergeMetadata } from './merge-metadata.ts'
import { addUser, getUser } from './new-user.ts'
import { orSay } from './or-say.ts'
import { candidateOf, identityDataOf } from './profile.ts'
import { refreshProviders } from './refresh-providers.ts'
import { sendCode } from './send-code.ts'
import { iso } from './time.ts'
import { isBanned, type UserRow } from './user-row.ts'

/** `unverified`: what was done stays done, but nobody is signed in. `letters` of those who are in ask to confirm. */
export type Entered =
  | {
      readonly kind: 'in'
      readonly user: UserRow
      readonly isNew: boolean
      readonly letters?: readonly Draft[]
    }
  | { readonly kind: 'unverified'; readonly letters: readonly Draft[] }

export type Entering = External & {
  readonly origin: Origin
  /** More for the audit log about how somebody came in. */
  readonly traits?: Readonly<Record<string, unknown>>
}

const planUser = (parts: Parts, { provider, profile, aud }: External, email: string): Planned => ({
  id: randomUUID(),
  aud,
  email,
  phone: '',
  encryptedPassword: '',
  data: identityDataOf(profile),
  provider,
  at: iso(parts.clock()),
})

/** Before the transaction, for who is going to get an account. */
export const askBeforeExternal = async (parts: Parts, entering: Entering): Promise<void> => {
  if (!parts.hooks.isOn('before_user_created')) return
  const decision = await parts.pool.transaction((db) => decideAccount(parts, db, entering))
  if (decision.kind !== 'new') return
  if (parts.config.disable_signup) throw errors.signupDisabled()
  const email = decision.email?.email.toLowerCase() ?? ''
  await askBeforeUserCreated(parts, planUser(parts, entering, email), entering.origin)
}

export const addIdentity = async (
  db: Db,
  userId: string,
  { provider, profile }: Pick<External, 'provider' | 'profile'>,
  at: string,
): Promise<string> => {
  const data = identityDataOf(profile)
  const identity = { userId, provider, providerId: profile.subject, data, at }
  return insertIdentity(db, identity).catch(orSay('Error creating identity'))
}

const addMetadata = async (db: Db, user: UserRow, { profile }: External, at: string): Promise<void> => {
  const raw_user_meta_data = mergeMetadata(user.raw_user_meta_data, identityDataOf(profile))
  await updateUser(db, user.id, { raw_user_meta_data }, at)
  await refreshProviders(db, await getUser(db, user.id), at)
}

const settle = async (
  parts: Parts,
  db: Db,
  entering: Entering,
  decision: Decision,
): Promise<{ readonly user: UserRow; readonly isNew: boolean }> => {
  const { provider, profile, origin } = entering
  const at = iso(parts.clock())
  if (decision.kind === 'new') {
    if (parts.config.disable_signup) throw errors.signupDisabled()
    const email = decision.email?.email.toLowerCase() ?? ''
    const id = await addUser(db, planUser(parts, entering, email)).catch((error: unknown) => {
      throw errors.savingUser(error)
    })
    await addIdentity(db, id, entering, at)
    return { user: await getUser(db, id), isNew: true }
  }
  const { user } = decision
  if (decision.kind === 'known') {
    await replaceIdentityData(db, decision.identityId, identityDataOf(profile), at)
  } else {
    const identityId = await addIdentity(db, user.id, entering, at)
    const traits = { identity_id: identityId, provider, provider_id: profile.subject }
    await recordDeed(db, parts.clock(), { actor: user, action: 'identity_linked', origin, traits })
  }
  await addMetadata(db, user, entering, at)
  return { user: await getUser(db, user.id), isNew: false }
}

/** Nobody keeps a door into an account whose address turns out to be somebody else's. */
export const removeUnconfirmed = async (
  db: Db,
  user: UserRow,
  { provider, profile }: Pick<External, 'provider' | 'profile'>,
  at: string,
): Promise<void> => {
  const raw_user_meta_data = identityDataOf(profile)
  await updateUser(db, user.id, { encrypted_password: null, raw_user_meta_data }, at)
  await deleteOtherIdentities(db, { userId: user.id, provider, providerId: profile.subject })
  await refreshProviders(db, await getUser(db, user.id), at)
}

const confirm = async (
  parts: Parts,
  db: Db,
  entering: Entering,
  user: UserRow,
): Promise<readonly Draft[] | undefined> => {
  const { provider, profile, origin } = entering
  const at = iso(parts.clock())
  await removeUnconfirmed(db, user, entering, at)
  if (candidateOf(profile)?.verified || parts.config.mailer_autoconfirm) {
    const traits = { provider }
    await recordDeed(db, parts.clock(), { actor: user, action: 'user_signedup', origin, traits })
    await confirmEmail(db, await getUser(db, user.id), at)
    return undefined
  }
  if (!user.email) return []
  const letter = { kind: 'confirmation', link: 'signup', slot: 'confirmation_token' } as const
  const redirectTo = parts.config.site_url
  return [await sendCode(parts, db, user, { ...letter, to: user.email, redirectTo })]
}

export const enterExternal = async (parts: Parts, db: Db, entering: Entering): Promise<Entered> => {
  const { provider, profile, emailOptional, origin } = entering
  const decision = await decideAccount(parts, db, entering)
  const { user, isNew } = await settle(parts, db, entering, decision)
  if (isBanned(user, parts.clock())) throw errors.bannedToken()
  const needsNoAddress = emailOptional && (candidateOf(profile) === undefined || user.email === null)
  if (needsNoAddress || user.email_confirmed_at !== null) {
    const traits = { provider, ...entering.traits }
    await recordDeed(db, parts.clock(), { actor: user, action: 'login', origin, traits })
    return { kind: 'in', user, isNew }
  }
  const letters = await confirm(parts, db, entering, user)
  if (letters !== undefined && !parts.config.mailer_allow_unverified_email_sign_ins)
    return { kind: 'unverified', letters }
  return { kind: 'in', user: await getUser(db, user.id), isNew, letters: letters ?? [] }
}
