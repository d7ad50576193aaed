// Security keys that stand as second factors of a user. Index: mfa_factors_user_id_idx.

import { sql } from '@plinth/postgres'
import type { KeptKey } from '../core/factor-key.ts'
import type { Db } from '../deps.ts'

export type FactorKey = { readonly id: string; readonly credential: KeptKey }

export const listFactorKeys = (db: Db, userId: string): Promise<readonly FactorKey[]> =>
  db.query<FactorKey>(sql`
    select id, web_authn_credential as credential from auth.mfa_factors
    where user_id = ${userId} and factor_type = 'webauthn' and status = 'verified'
      and web_authn_credential is not null
    order by created_at, id`)
