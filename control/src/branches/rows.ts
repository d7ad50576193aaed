// Rows of the tables of branches.

import type { ProjectStatus } from '../projects/project-status.ts'
import type { BranchStatus, RunStatus, StepName, StepStatus } from './branch-status.ts'

export type BranchRow = {
  readonly id: string
  readonly ref: string
  readonly parent_ref: string
  readonly name: string
  readonly git_branch: string | null
  readonly is_default: boolean
  readonly persistent: boolean
  readonly with_data: boolean
  readonly status: BranchStatus
  readonly notify_url: string | null
  readonly sealed_baseline: string | null
  /** No migration says what it began with. */
  readonly begins_as_copy: boolean
  readonly review_requested_at: string | null
  readonly deletion_scheduled_at: string | null
  readonly created_at: string
  readonly updated_at: string
  /** Of the branch's project. */
  readonly project_status: ProjectStatus
}

export type Step = {
  readonly name: StepName
  readonly status: StepStatus
  readonly created_at: string
  readonly updated_at: string
}

export type RunKind = 'create' | 'push' | 'reset' | 'merge'

export type RunRow = {
  readonly id: string
  readonly kind: RunKind
  readonly branch_id: string
  readonly branch_ref: string
  readonly parent_ref: string
  readonly target_ref: string
  readonly status: RunStatus
  readonly steps: readonly Step[]
  readonly migration_version: string | null
  readonly sealed_history: string | null
  readonly failure: string | null
  readonly created_at: string
  readonly updated_at: string
}
