// Tools for branches.

import { isPlinthError } from '@plinth/errors'
import { z } from 'zod'
import { errors } from '../errors.ts'
import { type ToolCall, tool } from '../tool.ts'
import { checkConfirmation, confirmCostId } from './account.ts'

const projectId = { project_id: z.string() }
const branchId = { branch_id: z.string() }
const Branches = z.array(z.looseObject({ id: z.string(), project_ref: z.string() }))

/** Where branching is off there are none, which is no mistake of who asks. */
const listOf = async ({ ask }: ToolCall, ref: string): Promise<unknown> => {
  try {
    return await ask('v1-list-all-branches', { ref })
  } catch (error) {
    if (isPlinthError(error) && error.code === 'branching_disabled') return []
    throw error
  }
}

/** A connection for one project touches the branches of no other. */
const checkOwn = async (call: ToolCall, branch: string): Promise<void> => {
  if (call.projectRef === undefined) return
  const own = Branches.parse(await listOf(call, call.projectRef))
  if (!own.some(({ id, project_ref }) => id === branch || project_ref === branch))
    throw errors.foreignBranch()
}

type Change = { readonly name: string; readonly title: string; readonly about: string; readonly id: string }

const change = ({ id, ...words }: Change) =>
  tool({
    ...words,
    group: 'branching',
    effect: 'destroys',
    needs: [id, 'v1-list-all-branches'],
    input: z.object(branchId),
    run: async (call, { branch_id }) => {
      await checkOwn(call, branch_id)
      await call.ask(id, { branch_id_or_ref: branch_id })
      return { success: true }
    },
  })

export const branchingTools = [
  tool({
    name: 'create_branch',
    title: 'Create branch',
    about:
      'Creates a development branch on a project. This will apply all migrations from the main project to a fresh branch database. Note that production data will not carry over. The branch will get its own project_id via the resulting project_ref. Use this ID to execute queries and migrations on the branch.',
    group: 'branching',
    effect: 'changes',
    needs: ['v1-create-a-branch'],
    input: z.object({
      ...projectId,
      name: z.string().default('develop').describe('Name of the branch to create'),
      confirm_cost_id: confirmCostId,
    }),
    run: async ({ ask }, { project_id, name, confirm_cost_id }) => {
      checkConfirmation('branch', confirm_cost_id)
      return { ...((await ask('v1-create-a-branch', { ref: project_id, branch_name: name })) as object) }
    },
  }),
  tool({
    name: 'list_branches',
    title: 'List branches',
    about:
      'Lists all development branches of a project. This will return branch details including status which you can use to check when operations like merge/rebase/reset complete.',
    group: 'branching',
    effect: 'reads',
    needs: ['v1-list-all-branches'],
    input: z.object(projectId),
    run: async (call, { project_id }) => ({ branches: await listOf(call, project_id) }),
  }),
  change({
    name: 'delete_branch',
    title: 'Delete branch',
    about: 'Deletes a development branch.',
    id: 'v1-delete-a-branch',
  }),
  change({
    name: 'merge_branch',
    title: 'Merge branch',
    about: 'Merges migrations and edge functions from a development branch to production.',
    id: 'v1-merge-a-branch',
  }),
  tool({
    name: 'reset_branch',
    title: 'Reset branch',
    about: 'Resets migrations of a development branch. Any untracked data or schema changes will be lost.',
    group: 'branching',
    effect: 'destroys',
    needs: ['v1-reset-a-branch', 'v1-list-all-branches'],
    input: z.object({
      ...branchId,
      migration_version: z
        .string()
        .optional()
        .describe('Reset your development branch to a specific migration version.'),
    }),
    run: async (call, { branch_id, ...wish }) => {
      await checkOwn(call, branch_id)
      await call.ask('v1-reset-a-branch', { branch_id_or_ref: branch_id, ...wish })
      return { success: true }
    },
  }),
  change({
    name: 'rebase_branch',
    title: 'Rebase branch',
    about:
      'Rebases a development branch on production. This will effectively run any newer migrations from production onto this branch to help handle migration drift.',
    id: 'v1-push-a-branch',
  }),
]
