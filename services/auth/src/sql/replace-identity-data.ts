// What a service says about somebody now. Index: identities_pkey.

import { sql } from '@plinth/postgres'
import type { Db } from '../deps.ts'

export const replaceIdentityData = async (db: Db, id: string, data: object, at: string): Promise<void> => {
  await db.run(sql`
    update auth.identities set identity_data = ${{ json: data }}, last_sign_in_at = ${at}, updated_at = ${at}
    where id = ${id}`)
}
