// Takes our secret towards a service, once. Index: oauth_client_states_pkey.

import { sql } from '@plinth/postgres'
import type { Db } from '../deps.ts'

type ClientState = { readonly provider_type: string; readonly code_verifier: string }

export const takeClientState = (db: Db, id: string): Promise<ClientState | undefined> =>
  db.maybe<ClientState>(sql`
    delete from auth.oauth_client_states where id = ${id} returning provider_type, code_verifier`)
