// Sign-ins under way at identity providers. Index: saml_relay_states_pkey.

import { sql } from '@plinth/postgres'
import type { Db } from '../deps.ts'

type NewRelayState = {
  readonly id: string
  readonly providerId: string
  readonly requestId: string
  readonly redirectTo: string
  readonly flowId: string | null
  readonly at: string
}

/** Forgets those that nobody came back for. Index: saml_relay_states_created_at_idx. */
export const insertRelayState = async (db: Db, state: NewRelayState): Promise<void> => {
  await db.run(
    sql`delete from auth.saml_relay_states where created_at < ${state.at}::timestamptz - interval '1 day'`,
  )
  await db.run(sql`
    insert into auth.saml_relay_states
      (id, sso_provider_id, request_id, redirect_to, flow_state_id, created_at, updated_at)
    values (${state.id}, ${state.providerId}, ${state.requestId}, ${state.redirectTo}, ${state.flowId},
      ${state.at}, ${state.at})`)
}

export type RelayStateRow = {
  readonly sso_provider_id: string
  readonly request_id: string
  readonly redirect_to: string | null
  readonly flow_state_id: string | null
  readonly created_at: string
}

/** Whatever becomes of the answer, a second one finds nothing. */
export const takeRelayState = (db: Db, id: string): Promise<RelayStateRow | undefined> =>
  db.maybe<RelayStateRow>(sql`
    delete from auth.saml_relay_states where id = ${id}
    returning sso_provider_id, request_id, redirect_to, flow_state_id, created_at`)
