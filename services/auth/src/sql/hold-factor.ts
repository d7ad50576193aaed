// When a factor was last asked for; held for the rest of the transaction. Index: mfa_factors_pkey.

import { sql } from '@plinth/postgres'
import type { Db } from '../deps.ts'

type Asked = { readonly last_challenged_at: string | null }

export const holdFactor = (db: Db, id: string): Promise<Asked | undefined> =>
  db.maybe<Asked>(sql`select last_challenged_at from auth.mfa_factors where id = ${id} for update`)
