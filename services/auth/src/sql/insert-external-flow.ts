// Remembers a sign-in that is under way at another service; its id travels along as `state`.

import { sql } from '@plinth/postgres'
import type { Db } from '../deps.ts'

export type ExternalFlow = {
  readonly id: string
  readonly provider: string
  /** How the sign-in will have been come by; by OAuth where nothing else is said. */
  readonly method?: string
  readonly authCode: string | null
  readonly challenge: string | null
  readonly challengeMethod: string | null
  readonly inviteToken: string | null
  readonly referrer: string
  readonly linkingTarget: string | null
  readonly emailOptional: boolean
  /** Our own secret towards the service, where it takes PKCE. */
  readonly verifier: { readonly id: string; readonly text: string } | undefined
  readonly at: string
}

export const insertExternalFlow = async (db: Db, flow: ExternalFlow): Promise<void> => {
  const { verifier } = flow
  if (verifier !== undefined) {
    await db.run(sql`
      insert into auth.oauth_client_states (id, provider_type, code_verifier, created_at)
      values (${verifier.id}, ${flow.provider}, ${verifier.text}, ${flow.at})`)
  }
  await db.run(sql`
    insert into auth.flow_state (
      id, auth_code, code_challenge, code_challenge_method, provider_type, provider_access_token,
      provider_refresh_token, authentication_method, created_at, updated_at, invite_token, referrer,
      oauth_client_state_id, linking_target_id, email_optional
    ) values (
      ${flow.id}, ${flow.authCode}, ${flow.challenge}, ${flow.challengeMethod}, ${flow.provider}, '', '', ${flow.method ?? 'oauth'},
      ${flow.at}, ${flow.at}, ${flow.inviteToken}, ${flow.referrer}, ${verifier?.id ?? null},
      ${flow.linkingTarget}, ${flow.emailOptional}
    )`)
}
