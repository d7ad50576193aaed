// Statements on accounts and access tokens.

import { sha256Base64Url } from '@plinth/crypto'
import { type Queries, sql } from '@plinth/postgres'
import type { TokenScope } from '../frame/caller.ts'

export type NewAccount = {
  readonly email: string
  readonly username: string
  readonly isPlatformOwner?: boolean
}

/** Answers the new account's id. */
export const insertAccount = async (db: Queries, account: NewAccount): Promise<string> => {
  const { id } = await db.one<{ id: string }>(sql`
    insert into accounts (email, username, is_platform_owner)
    values (${account.email}, ${account.username}, ${account.isPlatformOwner ?? false}) returning id`)
  return id
}

export type NewToken = {
  readonly accountId: string
  readonly name: string
  readonly token: string
  readonly scope?: TokenScope
  /** ISO 8601; absent means that it does not expire. */
  readonly expiresAt?: string
}

const alias = (token: string): string => `${token.slice(0, 8)}…${token.slice(-4)}`

/** Keeps a token's digest; the token itself is not kept. A token that is known stays as it is. */
export const insertToken = async (db: Queries, token: NewToken): Promise<void> => {
  const scope = token.scope === undefined ? null : { json: token.scope }
  await db.run(sql`
    insert into access_tokens (account_id, name, hash, alias, scope, expires_at)
    values (${token.accountId}, ${token.name}, ${sha256Base64Url(token.token)}, ${alias(token.token)},
            ${scope}, ${token.expiresAt ?? null})
    on conflict (hash) do nothing`)
}

export type Owner = { readonly id: string; readonly email: string; readonly username: string }

/** The installation's owner, once the first run has made one. */
export const findPlatformOwner = (db: Queries): Promise<Owner | undefined> =>
  db.maybe<Owner>(sql`
    select id, email, username from accounts where is_platform_owner order by created_at limit 1`)
