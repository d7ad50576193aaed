// Takes a sign-in that is under way by the code its link ended in; nobody can take it twice.
// Index: idx_auth_code.

import { sql } from '@plinth/postgres'
import type { Method } from '../core/open-session.ts'
import type { Db } from '../deps.ts'

export type FlowStateRow = {
  readonly id: string
  readonly user_id: string | null
  readonly code_challenge: string
  readonly code_challenge_method: 's256' | 'plain'
  readonly provider_type: string
  readonly provider_access_token: string | null
  readonly provider_refresh_token: string | null
  readonly authentication_method: Method
  readonly created_at: string
  readonly auth_code_issued_at: string | null
}

export const takeFlowState = (db: Db, authCode: string): Promise<FlowStateRow | undefined> =>
  db.maybe<FlowStateRow>(sql`
    delete from auth.flow_state
    where auth_code = ${authCode} and code_challenge is not null
    returning id, user_id, code_challenge, code_challenge_method, provider_type, authentication_method,
      provider_access_token, provider_refresh_token,
      created_at, auth_code_issued_at`)
