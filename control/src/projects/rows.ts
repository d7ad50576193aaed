// Row of the table `projects`.

import type { ProjectStatus } from './project-status.ts'

/** Settings that clients read back but no stack needs; one key per domain that keeps some. */
export type ProjectSettings = { readonly postgrest?: Readonly<Record<string, number>> }

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
  readonly settings: ProjectSettings
  readonly created_at: string
  /** Of a branch: the project it belongs to. */
  readonly parent_ref: string | null
  /** Branching was switched on: there is a default branch at least. */
  readonly has_branches: boolean
}
