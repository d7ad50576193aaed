// How a branch stands after its last run, as clients know it, and the steps of a run: both as tables.

import { machine } from '@plinth/machine'

export const branchStatuses = [
  'CREATING_PROJECT',
  'RUNNING_MIGRATIONS',
  'MIGRATIONS_PASSED',
  'MIGRATIONS_FAILED',
  'FUNCTIONS_DEPLOYED',
  'FUNCTIONS_FAILED',
] as const
export type BranchStatus = (typeof branchStatuses)[number]

type BranchEvent = 'migrating' | 'migrated' | 'deployed' | 'failed'

/** A branch whose project never came up fails like one whose migrations did: clients know no third way. */
const next = { migrating: 'RUNNING_MIGRATIONS' } as const
export const branchStatus = machine<BranchStatus, BranchEvent>()({
  CREATING_PROJECT: { ...next, failed: 'MIGRATIONS_FAILED' },
  RUNNING_MIGRATIONS: { migrated: 'MIGRATIONS_PASSED', failed: 'MIGRATIONS_FAILED' },
  MIGRATIONS_PASSED: { ...next, deployed: 'FUNCTIONS_DEPLOYED', failed: 'FUNCTIONS_FAILED' },
  MIGRATIONS_FAILED: { ...next, failed: 'MIGRATIONS_FAILED' },
  FUNCTIONS_DEPLOYED: { ...next, failed: 'MIGRATIONS_FAILED' },
  FUNCTIONS_FAILED: { ...next, failed: 'MIGRATIONS_FAILED' },
})

export const stepStatuses = [
  'CREATED',
  'DEAD',
  'EXITED',
  'PAUSED',
  'REMOVING',
  'RESTARTING',
  'RUNNING',
] as const
export type StepStatus = (typeof stepStatuses)[number]

/** Paused and removing steps are only ever written by others. */
export const stepStatus = machine<StepStatus, 'begin' | 'finish' | 'fail' | 'interrupt'>()({
  CREATED: { begin: 'RUNNING', fail: 'DEAD' },
  RUNNING: { finish: 'EXITED', fail: 'DEAD', interrupt: 'RESTARTING' },
  RESTARTING: { begin: 'RUNNING', fail: 'DEAD' },
  EXITED: {},
  DEAD: {},
  PAUSED: {},
  REMOVING: {},
})

export type RunStatus = 'waiting' | 'running' | 'done' | 'failed'

/** A run that was interrupted together with the control plane waits for its turn again. */
export const runStatus = machine<RunStatus, 'begin' | 'finish' | 'fail' | 'interrupt'>()({
  waiting: { begin: 'running', fail: 'failed' },
  running: { finish: 'done', fail: 'failed', interrupt: 'waiting' },
  done: {},
  failed: {},
})

export const stepNames = ['clone', 'pull', 'health', 'configure', 'migrate', 'seed', 'deploy'] as const
export type StepName = (typeof stepNames)[number]
