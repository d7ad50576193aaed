// What stands in the way of a branch's end, whichever address it is asked for under.

import type { Queries } from '@plinth/postgres'
import { errors } from './errors.ts'
import { listBranches } from './queries.ts'
import type { BranchRow } from './rows.ts'
import { findOpenRun } from './run-queries.ts'

/** Whether a branch, which is held from here on, may go; throws why not. */
export type MayGo = (db: Queries, held: BranchRow) => Promise<boolean>

export const checkMerge: MayGo = async (db, held) => {
  if ((await findOpenRun(db, held.id))?.kind === 'merge') throw errors.merging()
  return true
}

export const checkDeletable: MayGo = async (db, held) => {
  if (held.is_default && (await listBranches(db, held.ref)).length > 1) throw errors.deleteDefault()
  if (held.persistent && !held.is_default) throw errors.deletePersistent()
  return checkMerge(db, held)
}
