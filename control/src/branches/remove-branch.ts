// The end of branches, alone or all together: their rows go, their projects go down, their runs end.

import { type Queries, sql } from '@plinth/postgres'
import type { Platform } from '../frame/call.ts'
import { moveProject } from '../projects/move-project.ts'
import { getProject } from '../projects/queries.ts'
import { deleteBranch, listBranches } from './queries.ts'
import type { BranchRow } from './rows.ts'

const endRuns = async (db: Queries, branchId: string): Promise<void> => {
  await db.run(sql`
    update action_runs
       set status = 'failed', failure = 'The branch was deleted.', sealed_history = null, updated_at = now()
     where branch_id = ${branchId} and status in ('waiting', 'running')`)
}

/** The project first: when that fails, the branch is still there to be deleted again. */
export const removeBranch = async (platform: Platform, branch: BranchRow): Promise<void> => {
  const { db } = platform
  if (!branch.is_default) {
    const { status } = await getProject(db, branch.ref)
    if (status !== 'GOING_DOWN' && status !== 'REMOVED')
      await moveProject(platform, branch.ref, 'remove', 'removed')
  }
  await endRuns(db, branch.id)
  await deleteBranch(db, branch.id)
}

/** Every branch of the project; the default one last, since with it branching is off. */
export const removeAllBranches = async (platform: Platform, ref: string): Promise<void> => {
  for (const branch of (await listBranches(platform.db, ref)).toReversed())
    await removeBranch(platform, branch)
}
