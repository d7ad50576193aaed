// Every change of the migration history: one transaction, one at a time, all or nothing.

import { errors } from './errors.ts'
import { takeVersion } from './migration-clock.ts'
import {
  ensureHistory,
  findByKey,
  insertMigration,
  lockHistory,
  type NewMigration,
} from './migration-history.ts'
import { withoutTransaction } from './parse-sql.ts'
import { type ProjectSqlCall, withProjectSql } from './project-sql.ts'
import type { SqlSession } from './sql-session.ts'

/** Runs `work` with the history there and locked. */
export const changeHistory = <T>(
  call: ProjectSqlCall,
  ref: string,
  work: (session: SqlSession) => Promise<T>,
  timeoutMs?: number,
): Promise<T> =>
  withProjectSql(
    call,
    ref,
    { as: 'owner', ...(timeoutMs !== undefined && { timeoutMs }) },
    async (session) => {
      await session.script('begin')
      // Before anything is made: two that make the same schema at once would fail.
      await lockHistory(session)
      await ensureHistory(session)
      const result = await work(session)
      await session.script('commit')
      return result
    },
  )

/** The owner's SQL inside our transaction. Whatever it set for itself is undone before we go on. */
export const runInside = async (session: SqlSession, text: string): Promise<void> => {
  const inner = await withoutTransaction(text)
  if (inner === undefined) throw errors.transactionInMigration()
  if (inner.trim() !== '') await session.script(inner)
  await session.script('reset role; set constraints all immediate')
}

/** Remembers a migration, after `apply` did what it says. A key seen before makes the whole call a no-op. */
export const addMigration = (
  call: ProjectSqlCall,
  ref: string,
  migration: Omit<NewMigration, 'version'>,
  apply: (session: SqlSession) => Promise<void>,
): Promise<void> =>
  changeHistory(call, ref, async (session) => {
    const { idempotencyKey } = migration
    if (idempotencyKey !== undefined && (await findByKey(session, idempotencyKey))) return
    await apply(session)
    // Under the lock of the history: versions come in the order of the rows.
    await insertMigration(session, { ...migration, version: await takeVersion(call.db, ref) })
  })
