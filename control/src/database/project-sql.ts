// Sessions on a project's database, through the host: a sleeping project is woken, the call just takes longer.

import type { BranchAddress } from '@plinth/contracts'
import type { Call } from '../frame/call.ts'
import { getSpec } from '../projects/spec.ts'
import { type SqlSession, type SqlTarget, withSqlSession } from './sql-session.ts'

/**
 * `owner` acts as `postgres`; `reader` may read everything and write nothing; `platform` is the superuser, for
 * statements of ours that call nothing an owner could have made.
 */
export type SqlRole = 'owner' | 'reader' | 'platform'

const users = {
  owner: 'plinth_sql',
  reader: 'supabase_read_only_user',
  platform: 'supabase_admin',
} as const
const ownersPath = '"$user", public, extensions'

/** As much of a call as reaching a project's database takes. */
export type ProjectSqlCall = Pick<Call, 'db' | 'key' | 'supervisor' | 'settings' | 'signal'>

export type SqlWish = {
  readonly as: SqlRole
  /** Default: the owner's own path. */
  readonly searchPath?: string
  readonly timeoutMs?: number
}

/** Where and as whom to connect. */
const findTarget = async (
  call: ProjectSqlCall,
  wish: SqlWish,
  { ref, postgresSocketDir, database }: BranchAddress,
): Promise<SqlTarget> => {
  const spec = await getSpec(call.db, call.key, ref)
  const user = users[wish.as]
  return {
    socketDir: postgresSocketDir,
    database: database ?? call.settings.projectDatabase,
    user,
    password: spec.database.passwords[user],
    settings: { search_path: wish.searchPath ?? ownersPath },
  }
}

/** For abilities that bring their own client. */
export const ownerTarget = async (call: ProjectSqlCall, ref: string): Promise<SqlTarget> =>
  findTarget(call, { as: 'owner' }, await call.supervisor.wake(ref))

export const withProjectSql = async <T>(
  call: ProjectSqlCall,
  ref: string,
  wish: SqlWish,
  work: (session: SqlSession) => Promise<T>,
): Promise<T> => {
  const timeoutMs = wish.timeoutMs ?? call.settings.statementTimeoutMs
  const { address, letGo } = await call.supervisor.hold(ref, timeoutMs, wish.timeoutMs)
  try {
    const target = await findTarget(call, wish, address)
    const limits = { timeoutMs, resultBytes: call.settings.resultBytes, signal: call.signal }
    return await withSqlSession(target, limits, work)
  } finally {
    letGo()
  }
}

/** The same while the project stays awake. */
export const withHeldTarget = async <T>(
  call: ProjectSqlCall,
  ref: string,
  holdMs: number,
  work: (target: SqlTarget) => Promise<T>,
): Promise<T> => {
  const { address, letGo } = await call.supervisor.hold(ref, holdMs)
  try {
    return await work(await findTarget(call, { as: 'owner' }, address))
  } finally {
    letGo()
  }
}
