// A challenge of a factor, held for the rest of the transaction. Index: mfa_challenges_pkey.

import { sql } from '@plinth/postgres'
import type { Db } from '../deps.ts'

export type ChallengeRow = {
  readonly id: string
  readonly created_at: string
  readonly verified_at: string | null
  readonly ip: string
}

export const takeChallenge = (db: Db, id: string, factorId: string): Promise<ChallengeRow | undefined> =>
  db.maybe<ChallengeRow>(sql`
    select id, created_at, verified_at, host(ip_address) as ip
    from auth.mfa_challenges
    where id = ${id} and factor_id = ${factorId}
    for update`)
