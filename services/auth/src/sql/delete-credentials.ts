// Removes second factors and passkeys of a user. Indexes: mfa_factors_user_id_idx, webauthn_credentials_user_id_idx.

import { sql } from '@plinth/postgres'
import type { Db } from '../deps.ts'

export const deleteCredentials = async (db: Db, userId: string): Promise<void> => {
  await db.run(sql`
    with keys as (delete from auth.webauthn_credentials where user_id = ${userId})
    delete from auth.mfa_factors where user_id = ${userId}`)
}
