// Deletes a branch now or in an hour, takes that back, and switches branching off.

import type { Queries } from '@plinth/postgres'
import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onBranch, onProject } from '../frame/scopes.ts'
import { byRef, nothing } from '../frame/shapes.ts'
import { tag } from './create-branch.ts'
import { errors } from './errors.ts'
import { listBranches, scheduleDeletion } from './queries.ts'
import { byBranch, getBranch } from './read-branches.ts'
import { removeAllBranches, removeBranch } from './remove-branch.ts'
import type { BranchRow } from './rows.ts'
import { findOpenRun } from './run-queries.ts'

/** So long a deletion without force can be taken back. */
const graceMs = 60 * 60 * 1000

const checkDeletable = async (db: Queries, branch: BranchRow): Promise<void> => {
  if (branch.is_default && (await listBranches(db, branch.ref)).length > 1) throw errors.deleteDefault()
  if (branch.persistent && !branch.is_default) throw errors.deletePersistent()
  if ((await findOpenRun(db, branch.id))?.kind === 'merge') throw errors.merging()
}

export const deleteBranch = operation({
  name: 'branches.delete',
  about: 'Deletes a branch; with force=false in an hour, until which it can be restored.',
  rest: {
    method: 'DELETE',
    path: '/v1/branches/:branch_id_or_ref',
    status: 200,
    id: 'v1-delete-a-branch',
    tag,
  },
  scope: onBranch('branching_production_delete', 'branching_development_delete'),
  input: z.object({ ...byBranch, force: z.boolean().optional() }),
  output: z.object({ message: z.literal('ok') }),
  run: async (call, { branch_id_or_ref, force }) => {
    const branch = await getBranch(call, branch_id_or_ref)
    await checkDeletable(call.db, branch)
    if (force === false && !branch.is_default) {
      await scheduleDeletion(call.db, branch.id, new Date(Date.now() + graceMs).toISOString())
    } else await removeBranch(call, branch)
    return { message: 'ok' as const }
  },
})

export const restoreBranch = operation({
  name: 'branches.restore',
  about: 'Keeps a branch that was going to be deleted.',
  rest: {
    method: 'POST',
    path: '/v1/branches/:branch_id_or_ref/restore',
    status: 200,
    id: 'v1-restore-a-branch',
    tag,
  },
  scope: onBranch('branching_production_write', 'branching_development_write'),
  input: z.object(byBranch),
  output: z.object({ message: z.literal('Branch restoration initiated') }),
  run: async (call, { branch_id_or_ref }) => {
    const branch = await getBranch(call, branch_id_or_ref)
    if (branch.deletion_scheduled_at === null) throw errors.notScheduled()
    await scheduleDeletion(call.db, branch.id, null)
    return { message: 'Branch restoration initiated' as const }
  },
})

export const disableBranching = operation({
  name: 'branches.disable',
  about: 'Switches branching off: deletes all branches of a project, but not the project.',
  rest: {
    method: 'DELETE',
    path: '/v1/projects/:ref/branches',
    status: 200,
    id: 'v1-disable-preview-branching',
    tag,
  },
  scope: onProject('branching_production_delete'),
  input: z.object(byRef),
  output: nothing,
  run: async (call, { ref }) => {
    const branches = await listBranches(call.db, ref)
    for (const branch of branches) {
      if ((await findOpenRun(call.db, branch.id))?.kind === 'merge') throw errors.merging()
    }
    await removeAllBranches(call, ref)
  },
})
