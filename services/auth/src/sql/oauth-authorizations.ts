// What an app asked for, from the first request to the code it trades in. Indexes: the unique keys of id and code.

import { sql } from '@plinth/postgres'
import type { Db } from '../deps.ts'

export type AuthorizationRow = {
  readonly id: string
  readonly authorization_id: string
  readonly client_id: string
  readonly user_id: string | null
  readonly redirect_uri: string
  readonly scope: string
  readonly state: string | null
  readonly resource: string | null
  readonly code_challenge: string
  readonly code_challenge_method: 's256' | 'plain'
  readonly status: 'pending' | 'approved' | 'denied' | 'expired'
  readonly authorization_code: string | null
  readonly expires_at: string
  readonly nonce: string | null
}

type NewAuthorization = Pick<
  AuthorizationRow,
  | 'id'
  | 'authorization_id'
  | 'client_id'
  | 'redirect_uri'
  | 'scope'
  | 'state'
  | 'resource'
  | 'nonce'
  | 'expires_at'
> & { readonly challenge: string; readonly method: string; readonly at: string }

export const insertAuthorization = async (db: Db, asked: NewAuthorization): Promise<void> => {
  await db.run(sql`
    insert into auth.oauth_authorizations (
      id, authorization_id, client_id, redirect_uri, scope, state, resource, code_challenge,
      code_challenge_method, nonce, created_at, expires_at
    ) values (
      ${asked.id}, ${asked.authorization_id}, ${asked.client_id}, ${asked.redirect_uri}, ${asked.scope},
      ${asked.state}, ${asked.resource}, ${asked.challenge}, ${asked.method}, ${asked.nonce}, ${asked.at},
      ${asked.expires_at}
    )`)
}

const columns = sql`id, authorization_id, client_id, user_id, redirect_uri, scope, state, resource, code_challenge,
  code_challenge_method, status, authorization_code, expires_at, nonce`

export const expireAuthorization = async (db: Db, authorizationId: string, at: string): Promise<void> => {
  await db.run(sql`
    update auth.oauth_authorizations set status = 'expired'
    where authorization_id = ${authorizationId} and status = 'pending' and expires_at < ${at}`)
}

/** Held for the rest of the transaction. */
export const holdAuthorization = (db: Db, authorizationId: string): Promise<AuthorizationRow | undefined> =>
  db.maybe<AuthorizationRow>(sql`
    select ${columns} from auth.oauth_authorizations where authorization_id = ${authorizationId} for update`)

/** Taken: a code counts once. A failed trade rolls it back. */
export const takeAuthorization = (db: Db, code: string): Promise<AuthorizationRow | undefined> =>
  db.maybe<AuthorizationRow>(sql`
    delete from auth.oauth_authorizations where authorization_code = ${code} and status = 'approved'
    returning ${columns}`)

type Answer = {
  readonly id: string
  readonly userId: string
  readonly status: AuthorizationRow['status']
  readonly code: string | null
  readonly at: string
}

export const answerAuthorization = async (
  db: Db,
  { id, userId, status, code, at }: Answer,
): Promise<void> => {
  await db.run(sql`
    update auth.oauth_authorizations
    set user_id = ${userId}, status = ${status}, authorization_code = ${code},
      approved_at = case when ${status} = 'approved' then ${at}::timestamptz end
    where id = ${id}`)
}
