// Adds a way by which a user is known, and tells its id.

import { randomUUID } from 'node:crypto'
import { sql } from '@plinth/postgres'
import type { Db } from '../deps.ts'

type NewIdentity = {
  readonly userId: string
  readonly provider: string
  readonly providerId: string
  readonly data: object
  readonly at: string
}

export const insertIdentity = async (db: Db, identity: NewIdentity): Promise<string> => {
  const { userId, provider, providerId, data, at } = identity
  const id = randomUUID()
  await db.run(sql`
    insert into auth.identities
      (id, provider_id, user_id, identity_data, provider, last_sign_in_at, created_at, updated_at)
    values (${id}, ${providerId}, ${userId}, ${{ json: data }}, ${provider}, ${at}, ${at}, ${at})`)
  return id
}
