// What each step of a run does. Every one can be begun again after a crash in its middle: what is there stays, what
// is missing is made.

import { withProjectSql } from '../../database/project-sql.ts'
import { replayMigration } from '../../database/replay-history.ts'
import { copyFunctions } from '../../functions/copy-functions.ts'
import { changeProject } from '../../projects/spec.ts'
import type { StepName } from '../branch-status.ts'
import { errors } from '../errors.ts'
import { setBeginsAsCopy } from '../queries.ts'
import { copySchema, repeatSchema } from './baseline.ts'
import { migrationMs, type RunContext } from './context.ts'
import { ensurePoint } from './ensure-point.ts'
import { compareSides, keepHistory } from './histories.ts'
import { untilHealthy, untilTold } from './wait-for-project.ts'

type StepWork = (context: RunContext) => Promise<void>

/** A new database in place of the branch's own: empty, or a copy where no migrations could fill it. */
const renew: StepWork = async (context) => {
  const { worker, branch, target, log } = context
  await keepHistory(context)
  const version = await changeProject(worker, target, 'be reset', async ({ spec }) => {
    const { source: origin, ...rest } = spec
    const copied = branch.begins_as_copy && origin !== undefined ? { source: origin } : {}
    const database = { ...spec.database, edition: spec.database.edition + 1 }
    return { result: spec.version + 1, spec: { ...rest, ...copied, database } }
  })
  await untilTold(worker, target, version)
  const what = branch.begins_as_copy ? 'A new copy of the parent' : 'A new database'
  await log(`${what} takes the place of the old one.`)
}

const clone: StepWork = async (context) => {
  const { run, branch, worker, target, log } = context
  if (run.kind === 'reset') return renew(context)
  if (run.kind !== 'create') return log('Nothing to clone.')
  await log(branch.with_data ? 'Copying the database of the parent, rows and all.' : 'Making a database.')
  await untilHealthy(worker, target)
  await log(`The project ${target} is up.`)
}

const pull: StepWork = async (context) => {
  const { log, run } = context
  const { source, missing, ahead, late, conflicts } = await compareSides(context)
  await log(`${source.length} migrations at the source, ${missing.length} of them to be run.`)
  if (ahead.length > 0 && run.kind === 'merge') {
    await log(`Production has migrations that the branch lacks: ${ahead.join(', ')}. They stay.`)
  }
  if (late.length > 0) await log(`Older than the newest one of the target: ${late.join(', ')}.`)
  if (conflicts.length > 0) throw errors.conflict(conflicts.join(', '))
}

/** Twenty letters at most; the same for every attempt of a run. */
export const pointName = (runId: string): string => `merge-${runId.replaceAll('-', '').slice(0, 14)}`

const health: StepWork = async (context) => {
  const { worker, run, target, log } = context
  await withProjectSql(worker, target, { as: 'owner', timeoutMs: 60_000 }, (session) =>
    session.script('select 1'),
  )
  await log('The database answers.')
  if (run.kind !== 'merge' || (await compareSides(context)).missing.length === 0) return
  const name = pointName(run.id)
  await ensurePoint(worker.supervisor.backups, target, name)
  await log(`Restore point ${name}: undoing to it takes the database back to before the merge.`)
}

const configure: StepWork = ({ run, log }) =>
  log(
    run.kind === 'create'
      ? 'It began with the settings of the parent; keys and secrets are its own.'
      : 'Settings and secrets stay as they are.',
  )

/** A new branch whose parent has none: its schema comes as it is, or with the copy. */
const withoutMigrations: StepWork = async (context) => {
  const { worker, run, branch } = context
  if (run.kind !== 'create') return
  await (branch.with_data ? setBeginsAsCopy(worker.db, branch.id) : copySchema(context))
}

const migrate: StepWork = async (context) => {
  const { worker, run, target, log } = context
  const { source, missing } = await compareSides(context)
  if (source.length === 0) await withoutMigrations(context)
  if (run.kind === 'reset') await repeatSchema(context)
  for (const row of missing) {
    try {
      await replayMigration(worker, target, row, migrationMs)
    } catch (error) {
      if (worker.signal.aborted) throw error
      throw errors.migrationFailed(row.version, row.name, error instanceof Error ? error.message : '')
    }
    await log(`Migration ${row.version}${row.name ? ` ${row.name}` : ''} was run.`)
  }
  if (missing.length === 0) await log('No migration is missing.')
}

const seed: StepWork = ({ log }) => log('No seed: those come with a repository, and none is connected.')

const deploy: StepWork = async ({ worker, run, source, target, log }) => {
  const changed = run.kind === 'reset' ? [] : await copyFunctions(worker, source, target)
  await log(changed.length === 0 ? 'No function differs.' : `Deployed: ${changed.join(', ')}.`)
}

export const stepWork: Readonly<Record<StepName, StepWork>> = {
  clone,
  pull,
  health,
  configure,
  migrate,
  seed,
  deploy,
}
