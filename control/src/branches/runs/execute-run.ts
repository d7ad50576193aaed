// Carries out one run, step after step. Each state is stored before what it stands for is done, so that whoever finds
// the run after a crash knows where it was.

import { toPlinthError } from '@plinth/errors'
import type { Worker } from '../../frame/call.ts'
import { type BranchStatus, branchStatus, runStatus, type StepName, stepStatus } from '../branch-status.ts'
import { errors } from '../errors.ts'
import { findBranch, listBranches, setBranchStatus } from '../queries.ts'
import type { RunRow, Step } from '../rows.ts'
import { addLog, findRun, setNoticeDue, updateRun } from '../run-queries.ts'
import { stepWork } from './steps.ts'

type StepEvent = 'begin' | 'finish' | 'fail' | 'interrupt'
type BranchEvent = 'migrating' | 'migrated' | 'deployed' | 'failed'

const moveStep = (steps: readonly Step[], name: StepName, event: StepEvent): readonly Step[] =>
  steps.map((step) => {
    const status = step.name === name ? stepStatus.after(step.status, event) : undefined
    return status === undefined ? step : { ...step, status, updated_at: new Date().toISOString() }
  })

/** A run that is taken up again: a reset from the start, since its database may be half made; others where they were. */
export const interruptSteps = ({ kind, steps }: RunRow): readonly Step[] =>
  steps.map((step) => {
    const status = kind === 'reset' ? 'CREATED' : stepStatus.after(step.status, 'interrupt')
    return status === undefined ? step : { ...step, status, updated_at: new Date().toISOString() }
  })

/** The branch tells how its last run went; after a merge so does production. */
const moveBranches = async ({ db }: Worker, run: RunRow, event: BranchEvent): Promise<void> => {
  const isAbout = run.kind === 'merge' ? [run.branch_ref, run.parent_ref] : [run.branch_ref]
  for (const branch of await listBranches(db, run.branch_ref)) {
    const next: BranchStatus | undefined = isAbout.includes(branch.ref)
      ? branchStatus.after(branch.status, event)
      : undefined
    if (next !== undefined) await setBranchStatus(db, branch.id, next)
  }
}

const eventsBefore: Readonly<Partial<Record<StepName, BranchEvent>>> = { migrate: 'migrating' }
const eventsAfter: Readonly<Partial<Record<StepName, BranchEvent>>> = {
  migrate: 'migrated',
  deploy: 'deployed',
}

const runStep = async (worker: Worker, run: RunRow, name: StepName): Promise<void> => {
  const branch = await findBranch(worker.db, run.branch_id)
  if (branch === undefined) throw errors.gone()
  // As it is now: an earlier step may have written into it.
  const current = (await findRun(worker.db, run.branch_ref, run.id)) ?? run
  const [source, target] =
    run.kind === 'merge' ? [run.branch_ref, run.parent_ref] : [run.parent_ref, run.branch_ref]
  const log = (line: string) => addLog(worker.db, run.id, `${new Date().toISOString()} ${name}: ${line}`)
  await stepWork[name]({ worker, run: current, branch, source, target, log })
}

const end = async (worker: Worker, run: RunRow, steps: readonly Step[], failure?: string): Promise<void> => {
  const status = runStatus.after('running', failure === undefined ? 'finish' : 'fail') ?? 'failed'
  if (!(await updateRun(worker.db, run.id, { status, steps, failure: failure ?? null }))) return
  await setNoticeDue(worker.db, run.id)
  worker.observe({
    level: 'info',
    event: 'run.ended',
    ref: run.target_ref,
    fields: { run: run.id, kind: run.kind, status },
  })
}

type Failure = { readonly steps: readonly Step[]; readonly at: StepName; readonly thrown: unknown }

const fail = async (worker: Worker, run: RunRow, { steps, at, thrown }: Failure): Promise<void> => {
  const error = toPlinthError(thrown)
  if (error.kind === 'bug') {
    const fields = { run: run.id }
    worker.observe({ level: 'error', event: 'run.broke', ref: run.target_ref, fields, error })
  }
  await addLog(worker.db, run.id, `${new Date().toISOString()} ${at}: ${error.message}`)
  await moveBranches(worker, run, 'failed')
  await end(worker, run, moveStep(steps, at, 'fail'), error.message)
}

const workAndTell = async (worker: Worker, run: RunRow, name: StepName): Promise<void> => {
  const [before, after] = [eventsBefore[name], eventsAfter[name]]
  if (before !== undefined) await moveBranches(worker, run, before)
  await runStep(worker, run, name)
  if (after !== undefined) await moveBranches(worker, run, after)
}

/** Never throws for what goes wrong in a step: that is the run's end. An abort leaves it to be taken up again. */
export const executeRun = async (worker: Worker, run: RunRow): Promise<void> => {
  let steps = run.steps
  /** `false` when the run was ended by others. */
  const store = (name: StepName, event: StepEvent): Promise<boolean> => {
    steps = moveStep(steps, name, event)
    return updateRun(worker.db, run.id, { status: 'running', steps })
  }
  const open = run.steps.filter(({ status }) => status !== 'EXITED')
  for (const { name } of open) {
    if (!(await store(name, 'begin'))) return
    try {
      await workAndTell(worker, run, name)
    } catch (thrown) {
      if (!worker.signal.aborted) await fail(worker, run, { steps, at: name, thrown })
      return
    }
    // The last step and the run are over in one moment: who sees the one may count on the other.
    if (name === open.at(-1)?.name) steps = moveStep(steps, name, 'finish')
    else if (!(await store(name, 'finish'))) return
  }
  await end(worker, run, steps)
}
