// One session by its id. Index: sessions_pkey.

import { sql } from '@plinth/postgres'
import type { SessionRow } from '../core/session-row.ts'
import type { Db } from '../deps.ts'
import { sessionColumns } from './session-columns.ts'

export const findSession = (db: Db, id: string): Promise<SessionRow | undefined> =>
  db.maybe<SessionRow>(sql`select ${sessionColumns} from auth.sessions s where s.id = ${id}`)
