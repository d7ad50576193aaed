// Assertions that have signed somebody in. Index: saml_assertions_pkey.

import { sql } from '@plinth/postgres'
import type { Db } from '../deps.ts'

type Used = {
  /** Of the provider's name and the assertion's id. */
  readonly digest: string
  readonly until: string
  readonly flowId: string | null
  readonly sessionEnd: string | null
  readonly at: string
}

/** `false` when this very assertion was used before. Forgets those that would be refused by their age. */
export const useAssertion = async (
  db: Db,
  { digest, until, flowId, sessionEnd, at }: Used,
): Promise<boolean> => {
  await db.run(sql`delete from plinth.saml_assertions where expires_at < ${at}`)
  const kept = await db.maybe<{ digest: string }>(sql`
    insert into plinth.saml_assertions (digest, expires_at, flow_state_id, session_not_after)
    values (${digest}, ${until}, ${flowId}, ${sessionEnd})
    on conflict (digest) do nothing returning digest`)
  return kept !== undefined
}

/** When the session that a sign-in with PKCE leads to has to end. Index: saml_assertions_flow_state_id_idx. */
export const findSessionEnd = async (db: Db, flowId: string): Promise<string | undefined> => {
  const found = await db.maybe<{ session_not_after: string | null }>(sql`
    select session_not_after from plinth.saml_assertions where flow_state_id = ${flowId}`)
  return found?.session_not_after ?? undefined
}
