// Deletes a branch now or in an hour, takes that back, and switches branching off.

import { z } from 'zod'
import type { Call } from '../frame/call.ts'
import { operation } from '../frame/operation.ts'
import { onBranch, onProject } from '../frame/scopes.ts'
import { byRef, nothing } from '../frame/shapes.ts'
import { tag } from './create-branch.ts'
import { errors } from './errors.ts'
import { checkDeletable, checkMerge } from './may-go.ts'
import { lockBranch, scheduleDeletion } from './queries.ts'
import { byBranch, getBranch } from './read-branches.ts'
import { removeAllBranches, removeBranch } from './remove-branch.ts'
import type { BranchRow } from './rows.ts'

/** So long a deletion without force can be taken back. */
const graceMs = 60 * 60 * 1000

const schedule = ({ db: pool }: Call, { id }: BranchRow): Promise<void> =>
  pool.transaction(async (db) => {
    const held = await lockBranch(db, id)
    if (held === undefined) throw errors.notFound()
    await checkDeletable(db, held)
    await scheduleDeletion(db, id, new Date(Date.now() + graceMs).toISOString())
  })

/** Of a branch that is being deleted in this moment there is nothing left to keep. */
const keep = ({ db: pool }: Call, { id }: BranchRow): Promise<void> =>
  pool.transaction(async (db) => {
    const held = await lockBranch(db, id)
    if (held === undefined) throw errors.notFound()
    if (held.deletion_scheduled_at === null) throw errors.notScheduled()
    await scheduleDeletion(db, id, null)
  })

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
    if (force === false && !branch.is_default) await schedule(call, branch)
    else await removeBranch(call, branch, checkDeletable)
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
    await keep(call, await getBranch(call, branch_id_or_ref))
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
    await removeAllBranches(call, ref, checkMerge)
  },
})
