// Makes a user with the identity that goes with the address: the common part of every way to sign up.

import { randomUUID } from 'node:crypto'
import type { Db } from '../deps.ts'
import { findUser } from '../sql/find-user.ts'
import { insertIdentity } from '../sql/insert-identity.ts'
import { insertUser } from '../sql/insert-user.ts'
import { orSay } from './or-say.ts'
import type { UserRow } from './user-row.ts'

export type NewUser = {
  readonly id?: string
  readonly aud: string
  readonly role?: string
  readonly email: string
  readonly phone: string
  /** A hash, or `''` for an account without a password. */
  readonly encryptedPassword: string
  readonly data: Readonly<Record<string, unknown>>
  readonly isAnonymous?: boolean
  /** The service that the person is known by, where it is not an address. */
  readonly provider?: string
  readonly at: string
}

export type Provider = 'email' | 'phone'

/** What an identity of our own says; the rest of the data is the person's. */
export const identityData = (
  userId: string,
  provider: Provider,
  address: string,
  isVerified = false,
): object => ({
  sub: userId,
  [provider]: address,
  email_verified: provider === 'email' && isVerified,
  phone_verified: provider === 'phone' && isVerified,
})

const providersOf = ({ email, phone }: NewUser): readonly Provider[] => [
  ...(email === '' ? [] : (['email'] as const)),
  ...(phone === '' ? [] : (['phone'] as const)),
]

export const getUser = async (db: Db, id: string): Promise<UserRow> => {
  const user = await findUser(db, { id })
  if (user === undefined) throw new Error(`User ${id} vanished within its transaction.`)
  return user
}

/** Adds the user alone, as triggers of the project's owner see it first. */
export const addUser = async (db: Db, user: NewUser): Promise<string> => {
  const id = user.id ?? randomUUID()
  const [provider, ...others] = user.provider === undefined ? providersOf(user) : [user.provider]
  const appMetadata = provider === undefined ? {} : { provider, providers: [provider, ...others] }
  await insertUser(db, {
    id,
    aud: user.aud,
    role: user.role ?? 'authenticated',
    email: user.email,
    phone: user.phone,
    encryptedPassword: user.encryptedPassword,
    appMetadata,
    userMetadata: user.data,
    isAnonymous: user.isAnonymous ?? false,
    isSsoUser: user.provider?.startsWith('sso:') ?? false,
    at: user.at,
  })
  return id
}

/** Adds an identity for each address of the user. `own` is data of the person's own that goes into it. */
export const addIdentities = async (db: Db, id: string, user: NewUser, own: object = {}): Promise<void> => {
  for (const provider of providersOf(user)) {
    const data = { ...own, ...identityData(id, provider, user[provider]) }
    const identity = { userId: id, provider, providerId: id, data, at: user.at }
    await insertIdentity(db, identity).catch(orSay('Error creating identity'))
  }
}
