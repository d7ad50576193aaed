// A challenge of a factor. Index: mfa_challenges_pkey.

import { raw, sql } from '@plinth/postgres'
import type { WebAuthnSession } from '../core/webauthn-session.ts'
import type { Db } from '../deps.ts'

export type ChallengeRow = {
  readonly id: string
  readonly factor_id: string
  readonly created_at: string
  readonly verified_at: string | null
  readonly ip: string
  readonly otp_code: string | null
  readonly session: WebAuthnSession | null
}

const select = (db: Db, id: string, factorId: string, held: string): Promise<ChallengeRow | undefined> =>
  db.maybe<ChallengeRow>(sql`
    select id, factor_id, created_at, verified_at, host(ip_address) as ip, otp_code,
      web_authn_session_data as session
    from auth.mfa_challenges
    where id = ${id} and factor_id = ${factorId} ${raw(held)}`)

export const findChallenge = (db: Db, id: string, factorId: string): Promise<ChallengeRow | undefined> =>
  select(db, id, factorId, '')

/** Held for the rest of the transaction. */
export const takeChallenge = (db: Db, id: string, factorId: string): Promise<ChallengeRow | undefined> =>
  select(db, id, factorId, 'for update')
