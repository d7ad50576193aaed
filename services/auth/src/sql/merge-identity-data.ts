// Changes some keys of an identity's data. Index: identities_pkey.

import { sql } from '@plinth/postgres'
import type { Db } from '../deps.ts'

export const mergeIdentityData = async (db: Db, id: string, data: object, at: string): Promise<void> => {
  await db.run(sql`
    update auth.identities set identity_data = identity_data || ${{ json: data }}::jsonb, updated_at = ${at}
    where id = ${id}`)
}
