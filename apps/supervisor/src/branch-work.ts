// What a branch does by itself, while nobody asks it anything: scheduled jobs and requests from SQL. It stays awake
// for them, and what is scheduled is remembered while it sleeps.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { nextRunOf, readWork, type Work, writeDurably } from '@plinth/cluster'
import type { ProjectRef } from '@plinth/contracts'
import type { BranchPostgres } from './branch-postgres.ts'
import type { Host } from './host.ts'

export type BranchWork = {
  /** Whether something runs or is due within a minute. A database that does not say is not waited for. */
  readonly isBusy: () => Promise<boolean>
  /** Remembers what is scheduled; before the server is stopped. */
  readonly remember: () => Promise<void>
  /** When the next job of a branch that sleeps is due. */
  readonly nextRun: () => Promise<Date | undefined>
}

/** Waking for a job that is due sooner costs more than staying awake. */
const SOON_MS = 60_000
/** The scheduler may begin a little late. */
const LATE_MS = 10_000

export const makeWork = (ref: ProjectRef, host: Host, postgres: BranchPostgres): BranchWork => {
  const file = join(host.places.foldersOf(ref).home, 'schedules.json')
  let known: string | undefined

  const write = async ({ schedules }: Work): Promise<void> => {
    const text = JSON.stringify(schedules)
    if (text === known) return
    await writeDurably(file, text)
    known = text
  }
  const look = async (): Promise<Work | undefined> => {
    // Whatever keeps us from asking, a branch that is to be stopped is stopped.
    try {
      const source = await postgres.findOwner()
      if (!source) return undefined
      const work = await readWork(source)
      await write(work)
      return work
    } catch (error) {
      host.observe({ level: 'warn', event: 'work.unknown', ref, error })
      return undefined
    }
  }

  return {
    isBusy: async () => {
      const work = await look()
      if (!work || work.isWorking) return work !== undefined
      const next = nextRunOf(work.schedules, new Date(Date.now() - LATE_MS))
      return next !== undefined && next.getTime() < Date.now() + SOON_MS
    },
    remember: async () => void (await look()),
    nextRun: async () => {
      // Without the file, or with half of one, nothing is known to be scheduled.
      const text = await readFile(file, 'utf8').catch(() => '[]')
      const schedules: unknown = JSON.parse(text)
      return Array.isArray(schedules) ? nextRunOf(schedules.map(String), new Date()) : undefined
    },
  }
}
