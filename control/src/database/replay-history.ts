// Migrations that were run elsewhere, run here under the same version.

import { changeHistory, runInside } from './change-history.ts'
import { findVersion, insertReplayed, listHistory, type MigrationRow } from './migration-history.ts'
import { type ProjectSqlCall, withProjectSql } from './project-sql.ts'

/** The whole history of a project, oldest first. */
export const readHistory = (call: ProjectSqlCall, ref: string): Promise<readonly MigrationRow[]> =>
  withProjectSql(call, ref, { as: 'owner' }, listHistory)

const textOf = ({ statements }: MigrationRow): string => (statements ?? []).join('\n;\n')

const mustStandAlone = (error: unknown): boolean =>
  error instanceof Error && error.message.includes(' 25001: ')

/** One statement after the other, each for itself: some (`create index concurrently`) take no transaction. */
const replayAlone = async (call: ProjectSqlCall, ref: string, row: MigrationRow, timeoutMs: number) => {
  await withProjectSql(call, ref, { as: 'owner', timeoutMs }, async (session) => {
    for (const statement of row.statements ?? []) await session.script(statement)
  })
  await changeHistory(call, ref, (session) => insertReplayed(session, row), timeoutMs)
}

/** Runs and remembers the migration in one transaction; `false` when it was there already. */
export const replayMigration = async (
  call: ProjectSqlCall,
  ref: string,
  row: MigrationRow,
  timeoutMs: number,
): Promise<boolean> => {
  const replay = changeHistory(
    call,
    ref,
    async (session) => {
      if (await findVersion(session, row.version)) return false
      await runInside(session, textOf(row))
      await insertReplayed(session, row)
      return true
    },
    timeoutMs,
  )
  try {
    return await replay
  } catch (error) {
    if (!mustStandAlone(error)) throw error
    await replayAlone(call, ref, row, timeoutMs)
    return true
  }
}
