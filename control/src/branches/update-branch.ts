// Changes what is said of a branch: its name, whether it stays, who is told of its runs.

import { isDatabaseError } from '@plinth/postgres'
import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onBranch } from '../frame/scopes.ts'
import { Branch, BranchStatus, showBranch } from './branch-reply.ts'
import { HttpUrl, Name, tag } from './create-branch.ts'
import { errors } from './errors.ts'
import { lockBranch, updateBranch as update } from './queries.ts'
import { byBranch, getBranch } from './read-branches.ts'

export const updateBranch = operation({
  name: 'branches.update',
  about: 'Changes a branch: its name, its git branch, whether it is persistent, who is told of its runs.',
  rest: {
    method: 'PATCH',
    path: '/v1/branches/:branch_id_or_ref',
    status: 200,
    id: 'v1-update-a-branch-config',
    tag,
  },
  scope: onBranch('branching_production_write', 'branching_development_write'),
  input: z.object({
    ...byBranch,
    branch_name: Name.optional(),
    git_branch: z.string().optional(),
    reset_on_push: z.boolean().optional().describe('Ignored: no repository is connected.'),
    persistent: z.boolean().optional(),
    status: BranchStatus.optional(),
    request_review: z.boolean().optional(),
    notify_url: HttpUrl.optional(),
  }),
  output: Branch,
  run: async (call, { branch_id_or_ref, ...wish }) => {
    const { id } = await getBranch(call, branch_id_or_ref)
    try {
      return await call.db.transaction(async (db) => {
        const row = await lockBranch(db, id)
        if (row === undefined) throw errors.notFound()
        if (row.is_default && wish.persistent === false) throw errors.onDefault('made ephemeral')
        const asked = wish.request_review ? new Date().toISOString() : null
        const edited = await update(db, id, {
          name: wish.branch_name ?? row.name,
          git_branch: wish.git_branch ?? row.git_branch,
          persistent: wish.persistent ?? row.persistent,
          status: wish.status ?? row.status,
          notify_url: wish.notify_url ?? row.notify_url,
          review_requested_at: wish.request_review === undefined ? row.review_requested_at : asked,
        })
        return showBranch(edited)
      })
    } catch (error) {
      const isTaken = isDatabaseError(error) && error.constraint === 'branches_parent_ref_name_key'
      throw isTaken ? errors.nameTaken(wish.branch_name ?? '') : error
    }
  },
})
