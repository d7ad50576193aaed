// A second factor was shown: the challenge is used up, the factor counts, the session stands higher, and what stands
// lower ends: other sessions of the user, and factors of the kind that were never shown.

import { sql } from '@plinth/postgres'
import type { Db } from '../deps.ts'

type Raise = {
  readonly userId: string
  readonly sessionId: string
  readonly factorId: string
  readonly challengeId: string
  readonly method: string
  readonly at: string
}

export const raiseSession = async (db: Db, raise: Raise): Promise<void> => {
  const { userId, sessionId, factorId, challengeId, method, at } = raise
  await db.run(sql`update auth.mfa_challenges set verified_at = ${at} where id = ${challengeId}`)
  await db.run(sql`
    update auth.mfa_factors set status = 'verified', updated_at = ${at}
    where id = ${factorId} and status <> 'verified'`)
  await db.run(sql`
    insert into auth.mfa_amr_claims (id, session_id, created_at, updated_at, authentication_method)
    values (gen_random_uuid(), ${sessionId}, ${at}, ${at}, ${method})
    on conflict on constraint mfa_amr_claims_session_id_authentication_method_pkey
    do update set updated_at = excluded.updated_at`)
  await db.run(sql`
    update auth.sessions set aal = 'aal2', factor_id = ${factorId}, updated_at = ${at} where id = ${sessionId}`)
  await db.run(sql`delete from auth.sessions where user_id = ${userId} and aal < 'aal2'`)
  await db.run(sql`
    delete from auth.mfa_factors f using auth.mfa_factors shown
    where shown.id = ${factorId} and f.user_id = ${userId} and f.status = 'unverified'
      and f.factor_type = shown.factor_type`)
}
