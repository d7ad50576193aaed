// The three ways changes travel. Each is written down and answered at once; its run tells how it goes.

import type { Queries } from '@plinth/postgres'
import { z } from 'zod'
import { readHistory } from '../database/replay-history.ts'
import type { Call } from '../frame/call.ts'
import { operation } from '../frame/operation.ts'
import { onBranch } from '../frame/scopes.ts'
import { errors as projectErrors } from '../projects/errors.ts'
import type { ProjectStatus } from '../projects/project-status.ts'
import { lockProject } from '../projects/queries.ts'
import { tag } from './create-branch.ts'
import { errors } from './errors.ts'
import { addRun } from './new-run.ts'
import { lockBranch } from './queries.ts'
import { byBranch, getBranch } from './read-branches.ts'
import type { BranchRow, RunKind } from './rows.ts'

type Kind = Exclude<RunKind, 'create'>

const words: Readonly<Record<Kind, string>> = { push: 'rebased', merge: 'merged', reset: 'reset' }

const unready: readonly ProjectStatus[] = ['INACTIVE', 'PAUSING', 'RESTORING', 'GOING_DOWN', 'REMOVED']

/**
 * Said now rather than by the run: whoever asks can do something about it. In a transaction the project is held, so
 * that no restore begins before the run is written down.
 */
const checkProject = async (db: Queries, ref: string): Promise<void> => {
  const status = (await lockProject(db, ref))?.status ?? 'REMOVED'
  if (unready.includes(status)) throw projectErrors.conflict(status, 'exchange changes with a branch')
}

const checkVersion = async (call: Call, branch: BranchRow, kind: Kind, version: string): Promise<void> => {
  const history = await readHistory(call, kind === 'push' ? branch.parent_ref : branch.ref)
  if (!history.some((row) => row.version === version)) throw errors.unknownVersion(version)
}

const begin = async (call: Call, address: string, kind: Kind, version: string | undefined) => {
  const branch = await getBranch(call, address)
  if (branch.is_default) throw errors.onDefault(words[kind])
  for (const ref of [branch.parent_ref, branch.ref]) await checkProject(call.db, ref)
  if (version !== undefined) await checkVersion(call, branch, kind, version)
  const run = await call.db.transaction(async (db) => {
    // The parent, the branch, its project: whoever holds more than one takes them in this order.
    await checkProject(db, branch.parent_ref)
    const held = await lockBranch(db, branch.id)
    if (held === undefined) throw errors.notFound()
    if (held.deletion_scheduled_at !== null) throw errors.leaving()
    await checkProject(db, held.ref)
    return addRun(db, held, kind, version)
  })
  call.lookAtRuns()
  return { workflow_run_id: run.id, message: 'ok' as const }
}

const change = (kind: Kind, about: string) =>
  operation({
    name: `branches.${kind}`,
    about,
    rest: {
      method: 'POST',
      path: `/v1/branches/:branch_id_or_ref/${kind}`,
      status: 201,
      id: `v1-${kind}-a-branch`,
      tag,
    },
    scope: onBranch('branching_production_write', 'branching_development_write'),
    input: z.object({
      ...byBranch,
      migration_version: z.string().optional().describe('The last migration that counts; all otherwise.'),
    }),
    output: z.object({ workflow_run_id: z.string(), message: z.literal('ok') }),
    run: (call, { branch_id_or_ref, migration_version }) =>
      begin(call, branch_id_or_ref, kind, migration_version),
  })

export const pushBranch = change(
  'push',
  'Brings what is new in production into a branch: migrations it lacks, and functions.',
)
export const mergeBranch = change(
  'merge',
  'Brings what is new in a branch into production: migrations and functions, after a restore point.',
)
export const resetBranch = change(
  'reset',
  'Gives a branch a new database and runs its migrations again; its rows and all other changes are lost.',
)
