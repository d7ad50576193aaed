// Gives a second factor another name or number; empty texts leave them. Index: mfa_factors_pkey.

import { sql } from '@plinth/postgres'
import type { Db } from '../deps.ts'

type Changes = { readonly name: string; readonly phone: string }

export const updateFactor = async (
  db: Db,
  id: string,
  { name, phone }: Changes,
  at: string,
): Promise<void> => {
  await db.run(sql`
    update auth.mfa_factors
    set friendly_name = coalesce(nullif(${name}, ''), friendly_name), phone = coalesce(nullif(${phone}, ''), phone),
      updated_at = ${at}
    where id = ${id}`)
}
