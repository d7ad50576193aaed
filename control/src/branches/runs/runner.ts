// Carries out runs in the background: as many at once as there are different databases to change, up to a few; takes
// up again what an earlier control plane left; deletes branches whose time has come; tells who wants to be told.

import { setTimeout as wait } from 'node:timers/promises'
import type { Worker } from '../../frame/call.ts'
import { listDueDeletions } from '../queries.ts'
import { removeBranch } from '../remove-branch.ts'
import { addLog, claimRun, listRunning, updateRun } from '../run-queries.ts'
import { executeRun, interruptSteps } from './execute-run.ts'
import { sendNotices } from './notify.ts'

/** Each holds a database awake and reads migrations into memory. */
const most = 4
const pauseMs = 5000
/** How long a stop waits for steps that cannot be cut short. */
const graceMs = 5000

export type Runner = {
  /** Works until the signal; resolves when nothing is left in the middle of a step. */
  readonly run: (worker: Worker) => Promise<void>
  /** There may be something to do. */
  readonly look: () => void
}

/** Only one control plane works on an installation: what is running when it starts was left by one that is gone. */
const takeUp = async ({ db }: Worker): Promise<void> => {
  for (const run of await listRunning(db)) {
    await updateRun(db, run.id, { status: 'waiting', steps: interruptSteps(run) })
    await addLog(db, run.id, `${new Date().toISOString()} The control plane was restarted; the run goes on.`)
  }
}

export const makeRunner = (): Runner => {
  let alarm = new AbortController()
  const look = () => alarm.abort()

  /** Something that is marked as running may be run by nobody. */
  let isStale = true

  const work = async (worker: Worker, going: Set<Promise<void>>): Promise<void> => {
    while (going.size < most) {
      const run = await claimRun(worker.db)
      if (run === undefined) break
      const done: Promise<void> = executeRun(worker, run)
        .catch((error: unknown) => {
          // The control database went away: the run stays as it is until it is taken up again.
          isStale = true
          worker.observe({ level: 'warn', event: 'run.lost', fields: { run: run.id }, error })
        })
        .finally(() => {
          going.delete(done)
          look()
        })
      going.add(done)
    }
    // Unless it was kept this very moment.
    for (const branch of await listDueDeletions(worker.db))
      await removeBranch(worker, branch, async (_db, held) => held.deletion_scheduled_at !== null)
    await sendNotices(worker)
  }

  const run = async (worker: Worker): Promise<void> => {
    const { signal, observe } = worker
    const going = new Set<Promise<void>>()
    while (!signal.aborted) {
      alarm = new AbortController()
      try {
        if (isStale && going.size === 0) {
          await takeUp(worker)
          isStale = false
        }
        await work(worker, going)
      } catch (error) {
        if (!signal.aborted) observe({ level: 'warn', event: 'runs.not_followed', error })
      }
      const either = AbortSignal.any([signal, alarm.signal])
      await wait(pauseMs, undefined, { signal: either, ref: false }).catch(() => undefined)
    }
    // A host that makes a backup just now is not waited for: the run is taken up again.
    await Promise.race([Promise.all(going), wait(graceMs, undefined, { ref: false })])
  }
  return { run, look }
}
