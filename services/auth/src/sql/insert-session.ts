// Opens a session with its first refresh token and the way its owner came in, and notes the sign-in on
// the user: one statement, one round trip.

import { sql } from '@plinth/postgres'
import type { Db } from '../deps.ts'

type NewSession = {
  readonly id: string
  readonly userId: string
  readonly method: string
  readonly refreshToken: string
  readonly ip: string | undefined
  readonly userAgent: string | undefined
  readonly app: { readonly clientId: string; readonly scopes: string } | undefined
  readonly notAfter: string | undefined
  readonly at: string
}

export const insertSession = async (db: Db, session: NewSession): Promise<void> => {
  const { id, userId, method, refreshToken, ip, userAgent, app, notAfter, at } = session
  await db.run(sql`
    with session as (
      insert into auth.sessions (id, user_id, created_at, updated_at, aal, user_agent, ip, oauth_client_id, scopes,
        not_after)
      values (${id}, ${userId}, ${at}, ${at}, 'aal1', ${userAgent ?? null}, ${ip ?? null},
        ${app?.clientId ?? null}, ${app?.scopes ?? null}, ${notAfter ?? null})
    ), method as (
      insert into auth.mfa_amr_claims (id, session_id, created_at, updated_at, authentication_method)
      values (gen_random_uuid(), ${id}, ${at}, ${at}, ${method})
    ), token as (
      insert into auth.refresh_tokens
        (instance_id, token, user_id, revoked, created_at, updated_at, parent, session_id)
      values ('00000000-0000-0000-0000-000000000000', ${refreshToken}, ${userId}, false, ${at}, ${at}, '', ${id})
    )
    update auth.users set last_sign_in_at = ${at}, updated_at = ${at} where id = ${userId}`)
}
