// Empties the identities of a user who is gone but whose row stays. Index: identities_user_id_idx.

import { sql } from '@plinth/postgres'
import type { Db } from '../deps.ts'

type Blurred = { readonly id: string; readonly providerId: string }

export const blurIdentities = async (db: Db, identities: readonly Blurred[], at: string): Promise<void> => {
  for (const { id, providerId } of identities) {
    await db.run(sql`
      update auth.identities set identity_data = '{}', provider_id = ${providerId}, updated_at = ${at}
      where id = ${id}`)
  }
}
