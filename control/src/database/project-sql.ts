// Sessions on a project's database, through the host: a sleeping project is woken, the call just takes longer.

import type { Call } from '../frame/call.ts'
import { getSpec } from '../projects/spec.ts'
import { type SqlSession, type SqlTarget, withSqlSession } from './sql-session.ts'

/** `owner` acts as `postgres`; `reader` may read everything and write nothing. */
export type SqlRole = 'owner' | 'reader'

const users = { owner: 'plinth_sql', reader: 'supabase_read_only_user' } as const
const ownersPath = '"$user", public, extensions'

export type SqlWish = {
  readonly as: SqlRole
  /** Default: the owner's own path. */
  readonly searchPath?: string
  readonly timeoutMs?: number
}

/** Where and as whom to connect; wakes the project. */
const findTarget = async (call: Call, ref: string, wish: SqlWish): Promise<SqlTarget> => {
  const [spec, place] = await Promise.all([
    getSpec(call.db, call.key, ref),
    call.supervisor.wake(ref, wish.timeoutMs),
  ])
  const user = users[wish.as]
  return {
    socketDir: place.postgresSocketDir,
    database: call.settings.projectDatabase,
    user,
    password: spec.database.passwords[user],
    settings: { search_path: wish.searchPath ?? ownersPath },
  }
}

/** For abilities that bring their own client. */
export const ownerTarget = (call: Call, ref: string): Promise<SqlTarget> =>
  findTarget(call, ref, { as: 'owner' })

export const withProjectSql = async <T>(
  call: Call,
  ref: string,
  wish: SqlWish,
  work: (session: SqlSession) => Promise<T>,
): Promise<T> => {
  const target = await findTarget(call, ref, wish)
  const timeoutMs = wish.timeoutMs ?? call.settings.statementTimeoutMs
  return withSqlSession(
    target,
    { timeoutMs, resultBytes: call.settings.resultBytes, signal: call.signal },
    work,
  )
}
