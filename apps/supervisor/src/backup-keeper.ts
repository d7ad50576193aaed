// Looks after the archives of all branches: from time to time, and soon after one has gone to sleep. One branch at
// a time, so that backups leave the disk to those who wait for it.

import type { ProjectRef } from '@plinth/contracts'
import type { Branches } from './branches.ts'
import type { Host } from './host.ts'

const EVERY_MS = 300_000
/** The log of a busy database grows by hundreds of megabytes meanwhile when its archive is away. */
const LOG_EVERY_MS = 10_000
const AFTER_SLEEP_MS = 5_000

const calm: ReadonlySet<string> = new Set(['awake', 'dozing', 'asleep', 'paused'])

/** Goes on until it is closed. */
export const tendBackups = (
  branches: Branches,
  { databases, deleted, uids, observe }: Host,
): { readonly close: () => void } => {
  let isOver = false
  let turn: Promise<void> = Promise.resolve()
  const timers = new Map<ProjectRef, NodeJS.Timeout>()

  const tend = async (ref: ProjectRef): Promise<void> => {
    const branch = branches.find(ref)
    if (isOver || !calm.has(branch?.status ?? 'gone')) return
    await databases
      .get(ref)
      ?.tend(branch?.spec)
      .catch((error) => observe({ level: 'warn', event: 'backup.failed', ref, error }))
  }
  const queue = (ref: ProjectRef): void => {
    turn = turn.then(() => tend(ref))
  }
  const report = (ref: ProjectRef) => (error: unknown) =>
    observe({ level: 'warn', event: 'archive.tend_failed', ref, error })
  const forget = async (): Promise<void> => {
    for (const branch of await deleted.list()) {
      if (!deleted.isOver(branch)) continue
      await deleted.forget(branch.ref)
      if (branches.find(branch.ref) === undefined) await uids.release(branch.ref)
      observe({ level: 'info', event: 'branch.forgotten', ref: branch.ref })
    }
  }
  const forgetDeleted = (): void => {
    turn = turn
      .then(forget)
      .catch((error) => observe({ level: 'warn', event: 'deleted.not_forgotten', error }))
  }
  forgetDeleted()
  const rounds = [
    setInterval(() => {
      for (const { ref } of branches.list()) queue(ref)
      forgetDeleted()
    }, EVERY_MS),
    setInterval(() => {
      for (const [ref, { postgres }] of databases) postgres.tendLog().catch(report(ref))
    }, LOG_EVERY_MS),
  ]
  const unfollow = branches.follow(({ ref, status }) => {
    clearTimeout(timers.get(ref))
    timers.delete(ref)
    if (status === 'asleep')
      timers.set(
        ref,
        setTimeout(() => queue(ref), AFTER_SLEEP_MS),
      )
  })

  return {
    close: () => {
      isOver = true
      rounds.forEach(clearInterval)
      unfollow()
      for (const timer of timers.values()) clearTimeout(timer)
      for (const database of databases.values()) database.close()
    },
  }
}
