// Statements on log-ins of the CLI that wait to be picked up.

import { sha256Base64Url } from '@plinth/crypto'
import { type Queries, sql } from '@plinth/postgres'
import type { PreparedToken } from '../accounts/token-queries.ts'
import type { SealedToken } from './seal-for-cli.ts'

export type NewLogin = PreparedToken & {
  readonly session_id: string
  readonly code: string
  readonly sealed: SealedToken
}

/** False when there is a log-in under this id already: an id is good once. */
export const insertLogin = async (db: Queries, login: NewLogin): Promise<boolean> => {
  await db.run(sql`delete from cli_logins where expires_at < now() - interval '1 day'`)
  const { sealed } = login
  const inserted = await db.run(sql`
    insert into cli_logins (session_id, account_id, code_hash, token_name, token_hash, token_alias,
                            public_key, nonce, sealed_token, expires_at)
    values (${login.session_id}, ${login.account_id}, ${sha256Base64Url(login.code)}, ${login.token_name},
            ${login.token_hash}, ${login.token_alias}, ${sealed.publicKey}, ${sealed.nonce},
            ${sealed.accessToken}, now() + interval '5 minutes')
    on conflict (session_id) do nothing`)
  return inserted > 0
}

export type LoginRow = PreparedToken & {
  readonly code_hash: string
  readonly public_key: string
  readonly nonce: string
  readonly sealed_token: string
}

/** Counts the attempt, right or wrong; after five there is nothing to find. */
export const tryLogin = (db: Queries, sessionId: string): Promise<LoginRow | undefined> =>
  db.maybe<LoginRow>(sql`
    update cli_logins set attempts = attempts + 1
     where session_id = ${sessionId} and attempts < 5 and expires_at > now() and sealed_token <> ''
    returning account_id, token_name, token_hash, token_alias, code_hash, public_key, nonce, sealed_token`)

/** Spent: the row stays for a while, so that nobody else can use the id. */
export const spendLogin = async (db: Queries, sessionId: string): Promise<boolean> =>
  (await db.run(sql`
    update cli_logins set sealed_token = ''
     where session_id = ${sessionId} and sealed_token <> ''`)) > 0
