// All sessions of a user. Index: sessions_user_id_idx.

import { sql } from '@plinth/postgres'
import type { SessionRow } from '../core/session-row.ts'
import type { Db } from '../deps.ts'
import { sessionColumns } from './session-columns.ts'

export const listSessions = (db: Db, userId: string): Promise<readonly SessionRow[]> =>
  db.query<SessionRow>(sql`select ${sessionColumns} from auth.sessions s where s.user_id = ${userId}`)
