// Whose identity at a service this is. Index: identities_provider_id_provider_unique.

import { sql } from '@plinth/postgres'
import type { Db } from '../deps.ts'

type Key = { readonly provider: string; readonly providerId: string }
type Found = { readonly id: string; readonly user_id: string }

export const findIdentity = (db: Db, { provider, providerId }: Key): Promise<Found | undefined> =>
  db.maybe<Found>(sql`
    select id, user_id from auth.identities where provider_id = ${providerId} and provider = ${provider}`)
