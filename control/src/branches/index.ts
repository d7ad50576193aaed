// Operations of this domain, in the order the reference shows them.

import {
  countActionRuns,
  getActionRun,
  getActionRunLogs,
  listActionRuns,
  updateActionRun,
} from './action-runs.ts'
import { createBranch, createBranchV2 } from './create-branch.ts'
import { deleteBranch, disableBranching, restoreBranch } from './delete-branch.ts'
import { diffBranch } from './diff-branch.ts'
import { mergeBranch, pushBranch, resetBranch } from './move-changes.ts'
import { getBranchByName, getBranchConfig, listBranches } from './read-branches.ts'
import { updateBranch } from './update-branch.ts'

export const branches = [
  createBranch,
  createBranchV2,
  listBranches,
  getBranchByName,
  getBranchConfig,
  updateBranch,
  diffBranch,
  pushBranch,
  mergeBranch,
  resetBranch,
  deleteBranch,
  restoreBranch,
  disableBranching,
  // Before the list: a route for GET would otherwise answer HEAD as well.
  countActionRuns,
  listActionRuns,
  getActionRun,
  getActionRunLogs,
  updateActionRun,
]
