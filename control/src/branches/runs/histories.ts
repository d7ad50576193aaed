// Where a run finds the migrations it brings: in the source's database or, for a reset, in what the branch had.

import { seal, unseal } from '@plinth/crypto'
import type { MigrationRow } from '../../database/migration-history.ts'
import { readHistory } from '../../database/replay-history.ts'
import { setHistory } from '../run-queries.ts'
import { compareHistories } from './compare-histories.ts'
import type { RunContext } from './context.ts'

/** Written down before the database goes: from here on a crash loses nothing. */
export const keepHistory = async ({ worker, run, target }: RunContext): Promise<void> => {
  if (run.sealed_history !== null) return
  const history = await readHistory(worker, target)
  await setHistory(worker.db, run.id, seal(worker.key, JSON.stringify(history)))
}

const readSource = ({
  worker,
  run,
  source,
}: RunContext): Promise<readonly MigrationRow[]> | readonly MigrationRow[] =>
  run.sealed_history === null
    ? readHistory(worker, source)
    : // What `keepHistory` sealed.
      (JSON.parse(unseal(worker.key, run.sealed_history).toString()) as readonly MigrationRow[])

export const compareSides = async (context: RunContext) => {
  const source = await readSource(context)
  const target = await readHistory(context.worker, context.target)
  const limit = context.run.migration_version ?? undefined
  return { source, target, ...compareHistories(source, target, limit) }
}
