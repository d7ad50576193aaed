// Remembers the challenge of a PKCE sign-in that is under way.

import { sql } from '@plinth/postgres'
import type { Db } from '../deps.ts'

type NewFlowState = {
  readonly id: string
  readonly userId: string
  readonly authCode: string
  readonly challenge: string
  readonly challengeMethod: string
  readonly providerType: string
  readonly method: string
  readonly at: string
}

export const insertFlowState = async (db: Db, flow: NewFlowState): Promise<void> => {
  await db.run(sql`
    insert into auth.flow_state (
      id, user_id, auth_code, code_challenge, code_challenge_method, provider_type, provider_access_token,
      provider_refresh_token, authentication_method, created_at, updated_at
    ) values (
      ${flow.id}, ${flow.userId}, ${flow.authCode}, ${flow.challenge}, ${flow.challengeMethod},
      ${flow.providerType}, '', '', ${flow.method}, ${flow.at}, ${flow.at}
    )`)
}
