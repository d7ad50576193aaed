// Tools for organizations and projects. Nothing costs anything here; the steps that confirm costs are kept, since
// prompts know them.

import { hash } from 'node:crypto'
import { newPassword } from '@plinth/crypto'
import { z } from 'zod'
import { RegionCode } from '../../projects/regions.ts'
import { errors } from '../errors.ts'
import { tool } from '../tool.ts'

const Cost = z.object({
  type: z.enum(['project', 'branch']),
  recurrence: z.enum(['hourly', 'monthly']),
  amount: z.number(),
})
type Cost = z.infer<typeof Cost>

const costs: Readonly<Record<Cost['type'], Cost>> = {
  project: { type: 'project', recurrence: 'monthly', amount: 0 },
  branch: { type: 'branch', recurrence: 'hourly', amount: 0 },
}

const confirmationOf = ({ type, recurrence, amount }: Cost): string =>
  hash('sha256', JSON.stringify({ type, recurrence, amount }), 'base64url')

export const checkConfirmation = (type: Cost['type'], given: string): void => {
  if (given !== confirmationOf(costs[type])) throw errors.notConfirmed(type)
}

export const confirmCostId = z.string().describe('The cost confirmation ID. Call `confirm_cost` first.')
const projectId = { project_id: z.string() }

export const accountTools = [
  tool({
    name: 'list_organizations',
    title: 'List organizations',
    about: 'Lists all organizations that the user is a member of.',
    group: 'account',
    effect: 'reads',
    needs: ['v1-list-all-organizations'],
    input: z.object({}),
    run: async ({ ask }) => ({ organizations: await ask('v1-list-all-organizations', {}) }),
  }),
  tool({
    name: 'get_organization',
    title: 'Get organization details',
    about: 'Gets details for an organization.',
    group: 'account',
    effect: 'reads',
    needs: ['v1-get-an-organization'],
    input: z.object({ id: z.string().describe('The organization ID') }),
    run: async ({ ask }, { id }) => ({ ...((await ask('v1-get-an-organization', { slug: id })) as object) }),
  }),
  tool({
    name: 'list_projects',
    title: 'List projects',
    about:
      'Lists all projects of the user. Use this to help discover the project ID of the project that the user is working on.',
    group: 'account',
    effect: 'reads',
    needs: ['v1-list-all-projects'],
    input: z.object({}),
    run: async ({ ask }) => ({ projects: await ask('v1-list-all-projects', {}) }),
  }),
  tool({
    name: 'get_project',
    title: 'Get project details',
    about: 'Gets details for a project.',
    group: 'account',
    effect: 'reads',
    needs: ['v1-get-project'],
    input: z.object({ id: z.string().describe('The project ID') }),
    run: async ({ ask }, { id }) => ({ ...((await ask('v1-get-project', { ref: id })) as object) }),
  }),
  tool({
    name: 'get_cost',
    title: 'Get cost of new resources',
    about:
      'Gets the cost of creating a new project or branch. On this installation both are free of charge; they use its own resources.',
    group: 'account',
    effect: 'reads',
    needs: [],
    input: z.object({
      type: z.enum(['project', 'branch']),
      organization_id: z.string().describe('The organization ID. Always ask the user.'),
    }),
    run: async (_call, { type }) => costs[type],
  }),
  tool({
    name: 'confirm_cost',
    title: 'Confirm cost understanding',
    about:
      'Ask the user to confirm their understanding of the cost of creating a new project or branch. Call `get_cost` first. Returns a unique ID for this confirmation which should be passed to `create_project` or `create_branch`.',
    group: 'account',
    effect: 'reads',
    needs: [],
    input: Cost,
    run: async (_call, cost) => ({ confirmation_id: confirmationOf(cost) }),
  }),
  tool({
    name: 'create_project',
    title: 'Create project',
    about:
      'Creates a new project. Always ask the user which organization to create the project in. The project can take a moment to initialize - use `get_project` to check the status.',
    group: 'account',
    effect: 'changes',
    needs: ['v1-create-a-project'],
    input: z.object({
      name: z.string().describe('The name of the project'),
      region: RegionCode.describe('The region to create the project in.'),
      organization_id: z.string(),
      confirm_cost_id: confirmCostId,
    }),
    run: async ({ ask }, { name, region, organization_id, confirm_cost_id }) => {
      checkConfirmation('project', confirm_cost_id)
      const wish = { name, region, organization_slug: organization_id, db_pass: newPassword() }
      return { ...((await ask('v1-create-a-project', wish)) as object) }
    },
  }),
  tool({
    name: 'pause_project',
    title: 'Pause project',
    about: 'Pauses a project.',
    group: 'account',
    effect: 'changes',
    needs: ['v1-pause-a-project'],
    input: z.object(projectId),
    run: async ({ ask }, { project_id }) => {
      await ask('v1-pause-a-project', { ref: project_id })
      return { success: true }
    },
  }),
  tool({
    name: 'restore_project',
    title: 'Restore project',
    about: 'Restores a project.',
    group: 'account',
    effect: 'changes',
    needs: ['v1-restore-a-project'],
    input: z.object(projectId),
    run: async ({ ask }, { project_id }) => {
      await ask('v1-restore-a-project', { ref: project_id })
      return { success: true }
    },
  }),
]
