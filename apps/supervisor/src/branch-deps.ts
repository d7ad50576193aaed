// What a branch is handed by the host that carries it.

import type { Observe } from '@plinth/contracts'
import type { Branch } from './branch.ts'
import type { BranchRuntime } from './branch-runtime.ts'

export type BranchDeps = {
  readonly runtime: BranchRuntime
  readonly observe: Observe
  readonly postgresVersion: string
  /** How long it stays awake without traffic; 0: for ever. */
  readonly idleMs: number
  /** Called after every change of status or spec. */
  readonly onChange: (branch: Branch) => void
}
