// Whoever had opened an account with somebody else's address loses it: what was never confirmed goes.
// Index: identities_user_id_idx.

import { sql } from '@plinth/postgres'
import type { Db } from '../deps.ts'

type Kept = { readonly userId: string; readonly provider: string; readonly providerId: string }

export const deleteOtherIdentities = async (
  db: Db,
  { userId, provider, providerId }: Kept,
): Promise<void> => {
  await db.run(sql`
    delete from auth.identities
    where user_id = ${userId} and (provider <> ${provider} or provider_id <> ${providerId})`)
}
