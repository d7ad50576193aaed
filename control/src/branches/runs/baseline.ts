// The schema a branch begins with where its parent has no migrations: everything that owners made there, as SQL.

import { seal, unseal } from '@plinth/crypto'
import type { SchemaChange } from '@plinth/schema'
import { withProjectSql } from '../../database/project-sql.ts'
import { setBaseline } from '../queries.ts'
import { diffProjects } from '../schema-diff.ts'
import { migrationMs, type RunContext } from './context.ts'

const apply = async ({ worker, target }: RunContext, changes: readonly SchemaChange[]): Promise<void> => {
  const wish = { as: 'owner', timeoutMs: migrationMs } as const
  await withProjectSql(worker, target, wish, async (session) => {
    for (const { sql, isTransactional } of changes)
      await session.script(isTransactional ? `begin; ${sql}; commit` : sql)
  })
}

/** For a new branch. What an interrupted attempt has made already is no longer part of the difference. */
export const copySchema = async (context: RunContext): Promise<void> => {
  const { worker, branch, source, target, log } = context
  const { changes, notCompared } = await diffProjects(worker, { from: target, to: source })
  if (branch.sealed_baseline === null && changes.length > 0) {
    await setBaseline(worker.db, branch.id, seal(worker.key, JSON.stringify(changes)))
  }
  for (const line of notCompared) await log(`Not copied: ${line}`)
  await apply(context, changes)
  await log(changes.length === 0 ? 'The schema is empty.' : 'The schema of the parent was copied.')
}

/** For a database that was made anew. */
export const repeatSchema = async (context: RunContext): Promise<void> => {
  const { worker, branch, log } = context
  if (branch.sealed_baseline === null) return
  // What `copySchema` sealed.
  const changes = JSON.parse(unseal(worker.key, branch.sealed_baseline).toString()) as readonly SchemaChange[]
  await apply(context, changes)
  await log('The schema that the branch began with is there again.')
}
