// A run: what is done to a branch or to its parent, in named steps. It is written down here and carried out later.

import { isDatabaseError, type Queries } from '@plinth/postgres'
import { stepNames } from './branch-status.ts'
import { errors } from './errors.ts'
import type { BranchRow, RunKind, RunRow, Step } from './rows.ts'
import { findOpenRun, insertRun } from './run-queries.ts'

const newSteps = (): readonly Step[] => {
  const now = new Date().toISOString()
  return stepNames.map((name) => ({ name, status: 'CREATED', created_at: now, updated_at: now }))
}

/** 409 while another run of the branch goes on. */
export const addRun = async (
  db: Queries,
  branch: BranchRow,
  kind: RunKind,
  version?: string,
): Promise<RunRow> => {
  const open = await findOpenRun(db, branch.id)
  if (open !== undefined) throw errors.busy(open.kind)
  try {
    return await insertRun(db, branch, { kind, steps: newSteps(), version })
  } catch (error) {
    // Somebody was as fast as we were.
    const isTaken = isDatabaseError(error) && error.constraint === 'action_runs_open'
    throw isTaken ? errors.busy('run') : error
  }
}
