// One factor of a user, with its secret. Index: mfa_factors_pkey.

import { sql } from '@plinth/postgres'
import type { FactorRow } from '../core/user-row.ts'
import type { Db } from '../deps.ts'

export type SecretFactor = FactorRow & { readonly secret: string | null }

type Key = { readonly id: string; readonly userId: string }

export const findFactor = (db: Db, { id, userId }: Key): Promise<SecretFactor | undefined> =>
  db.maybe<SecretFactor>(sql`
    select id, created_at, updated_at, status, friendly_name, factor_type, phone, last_challenged_at, web_authn_aaguid,
      last_webauthn_challenge_data, secret
    from auth.mfa_factors
    where id = ${id} and user_id = ${userId}`)
