// Keeps a security key with its factor, and the answer by which it was last shown. Index: mfa_factors_pkey.

import { sql } from '@plinth/postgres'
import type { KeptKey } from '../core/factor-key.ts'
import type { Db } from '../deps.ts'

type Key = {
  readonly factorId: string
  readonly key: KeptKey
  /** Said once, when the key is new. */
  readonly aaguid?: string
}

export const storeFactorKey = async (db: Db, { factorId, key, aaguid }: Key): Promise<void> => {
  await db.run(sql`
    update auth.mfa_factors
    set web_authn_credential = ${{ json: key }}, web_authn_aaguid = coalesce(${aaguid ?? null}::uuid, web_authn_aaguid)
    where id = ${factorId}`)
}

/** Also ends the challenge: it was answered. */
export const storeKeyAnswer = async (
  db: Db,
  { factorId, challengeId, data }: { factorId: string; challengeId: string; data: object },
): Promise<void> => {
  await db.run(sql`
    with gone as (delete from auth.mfa_challenges where id = ${challengeId})
    update auth.mfa_factors set last_webauthn_challenge_data = ${{ json: data }} where id = ${factorId}`)
}
