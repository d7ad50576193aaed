// What a branch can be told to do on this host. `branch.ts` decides when; `local-runtime.ts` does it.

import type { StackSpec } from '@plinth/contracts'

export type Adopted = {
  /** Both processes run and the stack serves. */
  readonly serving: boolean
  /** At least one process of the branch was found running, or its database was not stopped in order: it has to recover. */
  readonly found: boolean
  /** Version of the spec that the stack holds; 0 when none runs. */
  readonly specVersion: number
}

/** What a start tells, and what it asks while it goes on. */
export type StartWatch = {
  /** Called as soon as its database takes clients. */
  readonly onDatabase: () => void
  /** Whether somebody waits for more than its database. */
  readonly isApiWanted: () => boolean
}

export type BranchRuntime = {
  /** Which database lies there, once it was completed. */
  readonly readEdition: () => Promise<number | undefined>
  /** Whether both processes run at this very moment: news of a crash may still be on its way. */
  readonly isUp: () => boolean
  /** Whether the database takes clients, though the rest may still be starting. */
  readonly isDatabaseUp: () => boolean
  /** Whether a start of its waits until others have started. */
  readonly isInLine: () => boolean
  /** Takes over what an earlier supervisor left running. */
  readonly adopt: () => Promise<Adopted>
  /** Makes the branch from nothing and starts it; what an earlier attempt left is cleared away first. */
  readonly provision: (spec: StackSpec, onDatabase: () => void) => Promise<void>
  /** Starts whatever of the branch does not run. */
  readonly start: (spec: StackSpec, watch: StartWatch) => Promise<void>
  /** Gives a running branch a newer spec. */
  readonly apply: (spec: StackSpec) => Promise<void>
  /** Resolves when the pooler of a branch that runs takes clients. */
  readonly openPooler: (spec: StackSpec) => Promise<void>
  /** Whether it has something to do although nobody asks it anything. */
  readonly isBusy: () => Promise<boolean>
  /** When it has to be awake again for a job. */
  readonly nextRun: () => Promise<Date | undefined>
  /** Whether a restore was asked for, or was interrupted together with an earlier supervisor. */
  readonly isRestoreDue: () => boolean
  /** Stops everything and takes the database back. One that fails has changed nothing, which is no error: answers why. */
  readonly restore: (spec: StackSpec) => Promise<string | undefined>
  /** The stack first, then Postgres. Safe to call when nothing runs. */
  readonly stop: () => Promise<void>
  /** Stops and deletes everything of the branch. */
  readonly remove: () => Promise<void>
}
