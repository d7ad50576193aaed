// Statements on access tokens. Only their digests are kept.

import { sha256Base64Url } from '@plinth/crypto'
import { type Queries, raw, sql } from '@plinth/postgres'
import type { TokenScope } from '../frame/caller.ts'

export type NewToken = {
  readonly accountId: string
  readonly name: string
  readonly token: string
  readonly scope?: TokenScope
  /** ISO 8601; absent means that it does not expire. */
  readonly expiresAt?: string
  /** The grant of an OAuth app that the token ends with. */
  readonly grantId?: string
}

export type TokenRow = {
  readonly id: string
  readonly name: string
  readonly alias: string
  readonly scope: TokenScope | null
  readonly created_at: string
  readonly expires_at: string | null
  readonly last_used_at: string | null
}

const columns = raw('id, name, alias, scope, created_at, expires_at, last_used_at')

/** The first letters and the last four: enough to tell tokens apart. */
export const aliasOf = (token: string): string => `${token.slice(0, 8)}…${token.slice(-4)}`

/** Keeps a token's digest; a token that is known stays as it is. */
export const insertToken = async (db: Queries, token: NewToken): Promise<void> => {
  const scope = token.scope === undefined ? null : { json: token.scope }
  await db.run(sql`
    insert into access_tokens (account_id, name, hash, alias, scope, expires_at, grant_id)
    values (${token.accountId}, ${token.name}, ${sha256Base64Url(token.token)}, ${aliasOf(token.token)},
            ${scope}, ${token.expiresAt ?? null}, ${token.grantId ?? null})
    on conflict (hash) do nothing`)
}

/** What the browser log-in of the CLI prepared: there the token itself is long forgotten. */
export type PreparedToken = {
  readonly account_id: string
  readonly token_name: string
  readonly token_hash: string
  readonly token_alias: string
}

export const insertPreparedToken = async (db: Queries, token: PreparedToken): Promise<void> => {
  await db.run(sql`
    insert into access_tokens (account_id, name, hash, alias)
    values (${token.account_id}, ${token.token_name}, ${token.token_hash}, ${token.token_alias})`)
}

export const getToken = (db: Queries, token: string): Promise<TokenRow> =>
  db.one<TokenRow>(sql`select ${columns} from access_tokens where hash = ${sha256Base64Url(token)}`)

/** Personal tokens of an account, oldest first; those of OAuth apps belong to their grants. */
export const listTokens = (db: Queries, accountId: string): Promise<readonly TokenRow[]> =>
  db.query<TokenRow>(sql`
    select ${columns} from access_tokens
     where account_id = ${accountId} and grant_id is null order by created_at, id`)

export const deleteToken = (db: Queries, accountId: string, id: string): Promise<TokenRow | undefined> =>
  db.maybe<TokenRow>(sql`
    delete from access_tokens where account_id = ${accountId} and id = ${id} and grant_id is null
    returning ${columns}`)
