// Asks for a factor, and notes on the factor that it was asked for.

import { sql } from '@plinth/postgres'
import type { WebAuthnSession } from '../core/webauthn-session.ts'
import type { Db } from '../deps.ts'

type NewChallenge = {
  readonly id: string
  readonly factorId: string
  readonly ip: string
  /** What was sent to a phone. */
  readonly code?: string
  /** What a security key has to sign. */
  readonly session?: WebAuthnSession
  readonly at: string
}

export const insertChallenge = async (db: Db, challenge: NewChallenge): Promise<void> => {
  const { id, factorId, ip, code = null, session, at } = challenge
  // `last_challenged_at` is unique over all factors upstream: the database's own clock has microseconds.
  await db.run(sql`
    with challenge as (
      insert into auth.mfa_challenges (id, factor_id, created_at, ip_address, otp_code, web_authn_session_data)
      values (${id}, ${factorId}, ${at}, ${ip}, ${code}, ${session === undefined ? null : { json: session }})
    )
    update auth.mfa_factors set last_challenged_at = clock_timestamp(), updated_at = ${at} where id = ${factorId}`)
}
