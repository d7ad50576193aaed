// Asks for a factor, and notes on the factor that it was asked for.

import { sql } from '@plinth/postgres'
import type { Db } from '../deps.ts'

type NewChallenge = {
  readonly id: string
  readonly factorId: string
  readonly ip: string
  readonly at: string
}

export const insertChallenge = async (db: Db, { id, factorId, ip, at }: NewChallenge): Promise<void> => {
  // `last_challenged_at` is unique over all factors upstream: the database's own clock has microseconds.
  await db.run(sql`
    with challenge as (
      insert into auth.mfa_challenges (id, factor_id, created_at, ip_address)
      values (${id}, ${factorId}, ${at}, ${ip})
    )
    update auth.mfa_factors set last_challenged_at = clock_timestamp(), updated_at = ${at} where id = ${factorId}`)
}
