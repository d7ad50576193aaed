// People and their tokens as the operator on the machine looks after them: an installation without mail is run
// with these.

import { hashPassword, newPassword, newRef } from '@plinth/crypto'
import { type Pool, type Queries, sql } from '@plinth/postgres'
import { z } from 'zod'
import { recordAudit } from '../frame/audit.ts'
import { errors as frameErrors } from '../frame/errors.ts'
import { roles } from '../frame/scopes.ts'
import { insertMember, insertOrganization, listOwnerless } from '../organizations/queries.ts'
import { errors } from './errors.ts'
import { makeToken, showToken, tokenWish } from './new-token.ts'
import { checkPasswordRules, setPassword } from './passwords.ts'
import {
  type AccountRow,
  deleteAccount,
  findAccount,
  insertAccount,
  type ListedAccount,
  listAccounts,
} from './queries.ts'
import { deleteToken, listTokens } from './token-queries.ts'

const email = z.email().max(254)
export const NewPerson = z.strictObject({
  email,
  username: z.string().trim().min(1).max(64).optional(),
  /** Slug of an organization to join; without it the person gets one of their own. */
  organization: z.string().optional(),
  role: z.enum(roles).default('developer'),
  /** Made when not given. */
  password: z.string().optional(),
})
export const NewPassword = z.strictObject({ password: z.string().optional() })
export const NewPersonToken = z.strictObject(tokenWish)

export type Credentials = { readonly email: string; readonly password: string }

const getAccount = async (db: Queries, address: string): Promise<AccountRow> => {
  const account = await findAccount(db, address)
  if (account === undefined) throw errors.accountNotFound(address)
  return account
}

/** The audit log's name for what was done on the machine itself. */
const note = (db: Queries, operation: string, accountId: string): Promise<void> =>
  recordAudit(db, { operation, accountId, requestId: 'plinth' })

const join = async (db: Queries, accountId: string, wish: z.output<typeof NewPerson>): Promise<void> => {
  if (wish.organization === undefined) {
    const own = await insertOrganization(db, newRef(), `${wish.username ?? wish.email}'s organization`)
    await insertMember(db, { organizationId: own.id, accountId, role: 'owner' })
    return
  }
  const exists = await db.maybe(sql`select 1 from organizations where id = ${wish.organization}`)
  if (exists === undefined) throw frameErrors.organizationNotFound()
  await insertMember(db, { organizationId: wish.organization, accountId, role: wish.role })
}

export const addPerson = (db: Pool, wish: z.output<typeof NewPerson>): Promise<Credentials> =>
  db.transaction(async (session) => {
    if (await findAccount(session, wish.email)) throw errors.accountExists(wish.email)
    const password = wish.password ?? newPassword()
    checkPasswordRules(password)
    const username = wish.username ?? wish.email.split('@', 1)[0] ?? wish.email
    const passwordHash = await hashPassword(password)
    const id = await insertAccount(session, { email: wish.email, username, passwordHash })
    await join(session, id, wish)
    await note(session, 'people.add', id)
    return { email: wish.email, password }
  })

export const listPeople = (db: Pool): Promise<readonly ListedAccount[]> => listAccounts(db)

export const changePassword = (db: Pool, address: string, given: string | undefined): Promise<Credentials> =>
  db.transaction(async (session) => {
    const account = await getAccount(session, address)
    const password = given ?? newPassword()
    await setPassword(session, account.id, password)
    await note(session, 'people.password', account.id)
    return { email: account.email, password }
  })

/** With the account go its tokens, sessions and memberships. Organizations must keep an owner. */
export const removePerson = (db: Pool, address: string): Promise<void> =>
  db.transaction(async (session) => {
    const account = await getAccount(session, address)
    if (account.is_platform_owner) throw errors.ownerStays()
    const [left] = await listOwnerless(session, account.id)
    if (left !== undefined) throw errors.lastOwner(left.name)
    await note(session, 'people.remove', account.id)
    await deleteAccount(session, account.id)
    // An organization that was this person's alone and never held a project goes along.
    await session.run(sql`
      delete from organizations o
       where not exists (select 1 from members where organization_id = o.id)
         and not exists (select 1 from projects where organization_id = o.id)`)
  })

export const addPersonToken = (db: Pool, address: string, wish: z.output<typeof NewPersonToken>) =>
  db.transaction(async (session) => {
    const account = await getAccount(session, address)
    const { token, row } = await makeToken(session, account.id, wish)
    await note(session, 'people.add-token', account.id)
    return { ...showToken(row), token }
  })

export const listPersonTokens = async (db: Pool, address: string) =>
  (await listTokens(db, (await getAccount(db, address)).id)).map(showToken)

export const revokePersonToken = async (db: Pool, address: string, id: string): Promise<void> => {
  const account = await getAccount(db, address)
  if (!z.uuid().safeParse(id).success) throw errors.tokenNotFound()
  if ((await deleteToken(db, account.id, id)) === undefined) throw errors.tokenNotFound()
  await note(db, 'people.revoke-token', account.id)
}
