// Adds a second factor that its owner has not shown yet.

import { sql } from '@plinth/postgres'
import type { FactorKind } from '../core/factor-kinds.ts'
import type { Db } from '../deps.ts'

type NewFactor = {
  readonly id: string
  readonly userId: string
  readonly name: string
  readonly kind: FactorKind
  readonly secret?: string
  readonly phone?: string
  readonly at: string
}

export const insertFactor = async (db: Db, factor: NewFactor): Promise<void> => {
  const { id, userId, name, kind, secret = null, phone = null, at } = factor
  await db.run(sql`
    insert into auth.mfa_factors
      (id, user_id, friendly_name, factor_type, status, secret, phone, created_at, updated_at)
    values (${id}, ${userId}, ${name}, ${kind}, 'unverified', ${secret}, ${phone}, ${at}, ${at})`)
}
