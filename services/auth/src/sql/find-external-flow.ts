// The sign-in that a `state` stands for. Index: flow_state_pkey.

import { sql } from '@plinth/postgres'
import type { Db } from '../deps.ts'

export type ExternalFlowRow = {
  readonly id: string
  readonly user_id: string | null
  readonly auth_code: string | null
  readonly code_challenge: string | null
  readonly provider_type: string
  readonly created_at: string
  readonly invite_token: string | null
  readonly referrer: string | null
  readonly oauth_client_state_id: string | null
  readonly linking_target_id: string | null
  readonly email_optional: boolean
}

const columns = sql`id, user_id, auth_code, code_challenge, provider_type, created_at, invite_token, referrer,
  oauth_client_state_id, linking_target_id, email_optional`

export const findExternalFlow = (db: Db, id: string): Promise<ExternalFlowRow | undefined> =>
  db.maybe<ExternalFlowRow>(sql`select ${columns} from auth.flow_state where id = ${id}`)

/** Held for the rest of the transaction: two callbacks come one after the other. */
export const holdExternalFlow = (db: Db, id: string): Promise<ExternalFlowRow | undefined> =>
  db.maybe<ExternalFlowRow>(sql`select ${columns} from auth.flow_state where id = ${id} for update`)
