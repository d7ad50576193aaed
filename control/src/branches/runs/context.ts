// What the steps of a run share.

import type { Worker } from '../../frame/call.ts'
import type { BranchRow, RunRow } from '../rows.ts'

export type RunContext = {
  readonly worker: Worker
  readonly run: RunRow
  /** As it is when the step begins. */
  readonly branch: BranchRow
  /** Where migrations and functions come from. */
  readonly source: string
  /** Whose database is changed. */
  readonly target: string
  /** One line of the run's log, for its owner's eyes. */
  readonly log: (line: string) => Promise<void>
}

/** Longest one migration may take. */
export const migrationMs = 600_000
