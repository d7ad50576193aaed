// Statements on accounts.

import { type Queries, sql } from '@plinth/postgres'

export type NewAccount = {
  readonly email: string
  readonly username: string
  readonly isPlatformOwner?: boolean
  readonly passwordHash?: string
}

/** Answers the new account's id. */
export const insertAccount = async (db: Queries, account: NewAccount): Promise<string> => {
  const { id } = await db.one<{ id: string }>(sql`
    insert into accounts (email, username, is_platform_owner, password_hash)
    values (${account.email}, ${account.username}, ${account.isPlatformOwner ?? false},
            ${account.passwordHash ?? null})
    returning id`)
  return id
}

export type Owner = { readonly id: string; readonly email: string; readonly username: string }

/** The installation's owner, once the first run has made one. */
export const findPlatformOwner = (db: Queries): Promise<Owner | undefined> =>
  db.maybe<Owner>(sql`
    select id, email, username from accounts where is_platform_owner order by created_at limit 1`)

export type AccountRow = {
  readonly id: string
  readonly email: string
  readonly username: string
  readonly is_platform_owner: boolean
  readonly password_hash: string | null
}

/** Letters of an address count the same in both cases. Uses the index `accounts_email`. */
export const findAccount = (db: Queries, email: string): Promise<AccountRow | undefined> =>
  db.maybe<AccountRow>(sql`
    select id, email, username, is_platform_owner, password_hash
      from accounts where lower(email) = lower(${email})`)

export const setPasswordHash = async (db: Queries, accountId: string, hash: string): Promise<void> => {
  await db.run(sql`update accounts set password_hash = ${hash} where id = ${accountId}`)
}

export const deleteAccount = async (db: Queries, accountId: string): Promise<void> => {
  await db.run(sql`delete from accounts where id = ${accountId}`)
}

export type ListedAccount = {
  readonly email: string
  readonly username: string
  readonly has_password: boolean
  readonly is_platform_owner: boolean
  readonly organizations: readonly { readonly slug: string; readonly name: string; readonly role: string }[]
}

export const listAccounts = (db: Queries): Promise<readonly ListedAccount[]> =>
  db.query<ListedAccount>(sql`
    select a.email, a.username, a.password_hash is not null as has_password, a.is_platform_owner,
           coalesce(jsonb_agg(jsonb_build_object('slug', o.id, 'name', o.name, 'role', m.role)
                    order by o.created_at) filter (where o.id is not null), '[]') as organizations
      from accounts a
      left join members m on m.account_id = a.id
      left join organizations o on o.id = m.organization_id
     group by a.id order by a.created_at, a.id`)
