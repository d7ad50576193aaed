// Row of the table `projects`.

import type { ProjectStatus } from './project-status.ts'

export type ProjectRow = {
  readonly ref: string
  readonly number: number
  readonly organization_id: string
  readonly name: string
  readonly region: string
  readonly size: string
  readonly status: ProjectStatus
  readonly status_reason: string | null
  readonly postgres_version: string | null
  readonly loopback_port: number
  readonly created_at: string
  /** Of a branch: the project it belongs to. */
  readonly parent_ref: string | null
  /** Branching was switched on: there is a default branch at least. */
  readonly has_branches: boolean
}
