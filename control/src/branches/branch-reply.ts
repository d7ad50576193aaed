// A branch as replies show it, in upstream's keys.

import { z } from 'zod'
import { projectStatus } from '../projects/project-status.ts'
import { branchStatuses } from './branch-status.ts'
import type { BranchRow } from './rows.ts'

export const BranchStatus = z.enum(branchStatuses)

export const Branch = z.object({
  id: z.string(),
  name: z.string(),
  project_ref: z.string(),
  parent_project_ref: z.string(),
  is_default: z.boolean(),
  git_branch: z.string().optional(),
  persistent: z.boolean(),
  status: BranchStatus.describe('How the last run went.'),
  created_at: z.string(),
  updated_at: z.string(),
  review_requested_at: z.string().optional(),
  with_data: z.boolean(),
  notify_url: z.string().optional(),
  deletion_scheduled_at: z.string().optional(),
  preview_project_status: z.enum(projectStatus.states as [string, ...string[]]),
})

const when = <K extends string>(key: K, value: string | null) => (value === null ? {} : { [key]: value })

export const showBranch = (row: BranchRow): z.infer<typeof Branch> => ({
  id: row.id,
  name: row.name,
  project_ref: row.ref,
  parent_project_ref: row.parent_ref,
  is_default: row.is_default,
  ...when('git_branch', row.git_branch),
  persistent: row.persistent,
  status: row.status,
  created_at: row.created_at,
  updated_at: row.updated_at,
  ...when('review_requested_at', row.review_requested_at),
  with_data: row.with_data,
  ...when('notify_url', row.notify_url),
  ...when('deletion_scheduled_at', row.deletion_scheduled_at),
  preview_project_status: row.project_status,
})
