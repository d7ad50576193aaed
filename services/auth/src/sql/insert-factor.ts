// Adds a second factor that its owner has not shown yet.

import { sql } from '@plinth/postgres'
import type { Db } from '../deps.ts'

type NewFactor = {
  readonly id: string
  readonly userId: string
  readonly name: string
  readonly secret: string
  readonly at: string
}

export const insertFactor = async (db: Db, { id, userId, name, secret, at }: NewFactor): Promise<void> => {
  await db.run(sql`
    insert into auth.mfa_factors
      (id, user_id, friendly_name, factor_type, status, secret, created_at, updated_at)
    values (${id}, ${userId}, ${name}, 'totp', 'unverified', ${secret}, ${at}, ${at})`)
}
