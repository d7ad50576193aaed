// The end of branches, alone or all together: their rows go, their projects go down, their runs end. All of it in one
// transaction, so that no branch is left half.

import { type Queries, sql } from '@plinth/postgres'
import type { Platform } from '../frame/call.ts'
import { removeWithin } from '../projects/move-project.ts'
import { getProject, lockProject } from '../projects/queries.ts'
import type { ProjectRow } from '../projects/rows.ts'
import type { MayGo } from './may-go.ts'
import { deleteBranch, listBranches, lockBranch } from './queries.ts'
import type { BranchRow } from './rows.ts'

const endRuns = async (db: Queries, branchId: string): Promise<void> => {
  await db.run(sql`
    update action_runs
       set status = 'failed', failure = 'The branch was deleted.', sealed_history = null, updated_at = now()
     where branch_id = ${branchId} and status in ('waiting', 'running')`)
}

/** Answers the refs of projects that go down with them. */
const removeRows = async (
  db: Queries,
  platform: Platform,
  branches: readonly BranchRow[],
  mayGo: MayGo = async () => true,
): Promise<readonly string[]> => {
  const going: string[] = []
  for (const { id, ref, is_default } of branches) {
    const held = await lockBranch(db, id)
    if (held === undefined || !(await mayGo(db, held))) continue
    const { status } = await getProject(db, ref)
    if (!is_default && status !== 'GOING_DOWN' && status !== 'REMOVED') {
      await removeWithin(db, platform, ref)
      going.push(ref)
    }
    await endRuns(db, id)
    await deleteBranch(db, id)
  }
  return going
}

const tellHost = async ({ applySpec }: Platform, refs: readonly string[]): Promise<void> => {
  await Promise.all(refs.map((ref) => applySpec(ref)))
}

export const removeBranch = async (platform: Platform, branch: BranchRow, mayGo: MayGo): Promise<void> =>
  tellHost(platform, await platform.db.transaction((db) => removeRows(db, platform, [branch], mayGo)))

/** Every branch of the project, but not the project. */
export const removeAllBranches = async (platform: Platform, ref: string, mayGo: MayGo): Promise<void> =>
  tellHost(
    platform,
    await platform.db.transaction(async (db) => {
      // Held, so that no branch is added meanwhile.
      await lockProject(db, ref)
      return removeRows(db, platform, await listBranches(db, ref), mayGo)
    }),
  )

/** The project and every branch of it. */
export const removeProject = async (platform: Platform, ref: string): Promise<ProjectRow> => {
  const { project, going } = await platform.db.transaction(async (db) => {
    const removed = await removeWithin(db, platform, ref)
    return { project: removed, going: await removeRows(db, platform, await listBranches(db, ref)) }
  })
  await tellHost(platform, [...going, ref])
  return project
}
