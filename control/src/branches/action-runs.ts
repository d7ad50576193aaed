// Runs of branches: how many, which, how far they are, and what they said.

import type { Queries } from '@plinth/postgres'
import { z } from 'zod'
import { Download } from '../frame/download.ts'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { stepNames, stepStatuses } from './branch-status.ts'
import { tag } from './create-branch.ts'
import { errors } from './errors.ts'
import type { RunRow } from './rows.ts'
import { countRuns, findRun, listRuns as list, readLogs, setSteps } from './run-queries.ts'

const path = '/v1/projects/:ref/actions'
const StepStatus = z.enum(stepStatuses)

const ActionRun = z.object({
  id: z.string(),
  branch_id: z.string(),
  run_steps: z.array(
    z.object({
      name: z.enum(stepNames),
      status: StepStatus,
      created_at: z.string(),
      updated_at: z.string(),
    }),
  ),
  workdir: z.string().nullable(),
  check_run_id: z.number().nullable(),
  created_at: z.string(),
  updated_at: z.string(),
})

const show = ({ id, branch_id, steps, created_at, updated_at }: RunRow): z.infer<typeof ActionRun> => ({
  id,
  branch_id,
  run_steps: [...steps],
  workdir: null,
  check_run_id: null,
  created_at,
  updated_at,
})

const byRun = { ...byRef, run_id: z.string() }

const getRun = async (db: Queries, ref: string, id: string): Promise<RunRow> => {
  const run = await findRun(db, ref, id)
  if (run === undefined) throw errors.runNotFound()
  return run
}

export const countActionRuns = operation({
  name: 'branches.runs-count',
  about: 'Tells how many runs there are of a branch, or of all branches of a project.',
  rest: {
    method: 'HEAD',
    path,
    status: 200,
    id: 'v1-count-action-runs',
    tag,
    answersIn: 'x-total-count',
  },
  scope: onProject('action_runs_read'),
  input: z.object(byRef),
  output: z.int(),
  run: ({ db }, { ref }) => countRuns(db, ref),
})

export const listActionRuns = operation({
  name: 'branches.runs-list',
  about: 'Lists the runs of a branch, or of all branches of a project, newest first.',
  rest: { method: 'GET', path, status: 200, id: 'v1-list-action-runs', tag },
  scope: onProject('action_runs_read'),
  input: z.object({
    ...byRef,
    offset: z.int().min(0).default(0),
    limit: z.int().min(10).max(1000).default(100),
  }),
  output: z.array(ActionRun),
  run: async ({ db }, { ref, ...page }) => (await list(db, ref, page)).map(show),
})

export const getActionRun = operation({
  name: 'branches.runs-get',
  about: 'Gets one run with its steps.',
  rest: { method: 'GET', path: `${path}/:run_id`, status: 200, id: 'v1-get-action-run', tag },
  scope: onProject('action_runs_read'),
  input: z.object(byRun),
  output: ActionRun,
  run: async ({ db }, { ref, run_id }) => show(await getRun(db, ref, run_id)),
})

export const getActionRunLogs = operation({
  name: 'branches.runs-logs',
  about: 'Gets what a run has said so far.',
  rest: { method: 'GET', path: `${path}/:run_id/logs`, status: 200, id: 'v1-get-action-run-logs', tag },
  scope: onProject('action_runs_read'),
  input: z.object(byRun),
  output: z.instanceof(Download),
  run: async ({ db }, { ref, run_id }) => {
    const { id } = await getRun(db, ref, run_id)
    return new Download('text/plain; charset=utf-8', Buffer.from(await readLogs(db, id)))
  },
})

const Steps = z.object(Object.fromEntries(stepNames.map((name) => [name, StepStatus.optional()])))

export const updateActionRun = operation({
  name: 'branches.runs-update',
  about: 'Corrects the steps of a run that has ended.',
  rest: {
    method: 'PATCH',
    path: `${path}/:run_id/status`,
    status: 200,
    id: 'v1-update-action-run-status',
    tag,
  },
  scope: onProject('action_runs_write'),
  input: z.object({ ...byRun, ...Steps.shape }),
  output: z.object({ message: z.literal('ok') }),
  run: async ({ db }, { ref, run_id, ...wish }) => {
    const run = await getRun(db, ref, run_id)
    if (run.status === 'waiting' || run.status === 'running') throw errors.runGoing()
    const wishes: Readonly<Record<string, unknown>> = wish
    const updated_at = new Date().toISOString()
    const steps = run.steps.map((step) => {
      const status = StepStatus.optional().parse(wishes[step.name])
      return status === undefined ? step : { ...step, status, updated_at }
    })
    await setSteps(db, run.id, steps)
    return { message: 'ok' as const }
  },
})
