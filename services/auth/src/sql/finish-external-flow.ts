// The service has said who it is: the code of a PKCE sign-in counts from now on; any other flow is done.

import { sql } from '@plinth/postgres'
import type { Db } from '../deps.ts'

type Finish = {
  readonly id: string
  readonly userId: string
  readonly accessToken: string
  readonly refreshToken: string
  readonly at: string
}

export const finishExternalFlow = async (db: Db, finish: Finish): Promise<void> => {
  const { id, userId, accessToken, refreshToken, at } = finish
  await db.run(sql`
    update auth.flow_state
    set user_id = ${userId}, provider_access_token = ${accessToken}, provider_refresh_token = ${refreshToken},
      auth_code_issued_at = ${at}, updated_at = ${at}
    where id = ${id}`)
}

export const dropExternalFlow = async (db: Db, id: string): Promise<void> => {
  await db.run(sql`delete from auth.flow_state where id = ${id}`)
}
