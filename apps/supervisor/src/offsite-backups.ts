// Base backups in the bucket: of every database that has a newer one in its archive and was written to since. Everything
// once a week, in between what changed. A database that sleeps is started alone for it; one after another.

import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { endOfLog, listBackups, type RunningSource, systemIdentifierOf, writeDurably } from '@plinth/cluster'
import type { ProjectRef } from '@plinth/contracts'
import { listLabels } from '@plinth/offsite'
import type { Branches } from './branches.ts'
import type { BucketLogDeps } from './offsite-log.ts'
import { isOfBucket } from './offsite-rounds.ts'
import { SYSTEM, type SystemDatabase } from './system-database.ts'

export type BucketBackupsDeps = BucketLogDeps & {
  readonly branches: Branches
  readonly system: SystemDatabase
}

export type BucketBackups = {
  readonly send: () => Promise<void>
  readonly forget: (name: string) => Promise<void>
}

/** What is remembered of the last one. */
type Covered = {
  /** The newest of the archive at that time. */
  readonly backup: string
  /** Where the log ended, if the database has rested since. */
  readonly end?: string | undefined
}

const WEEK_MS = 7 * 86_400_000
const HOLD = 'backup to the bucket'
const calm: ReadonlySet<string> = new Set(['awake', 'dozing', 'asleep', 'paused'])

export const makeBucketBackups = (deps: BucketBackupsDeps): BucketBackups => {
  const { data, host, place, repository, branches, system, signal } = deps
  const fileOf = (name: string): string => join(data, 'offsite', `${name}.json`)
  const readCovered = async (name: string): Promise<Covered | undefined> => {
    const text = await readFile(fileOf(name), 'utf8').catch(() => undefined)
    // Written durably by us alone.
    return text === undefined ? undefined : (JSON.parse(text) as Covered)
  }
  const cover = (name: string, covered: Covered) => writeDurably(fileOf(name), JSON.stringify(covered))

  const take = async (name: string, bytes: number, isFull: boolean): Promise<bigint | undefined> => {
    const { dataDir } = host.places.foldersOf(name)
    const send = async (source: RunningSource, aborted: AbortSignal): Promise<void> => {
      const { socketDir, superuser = 'supabase_admin', superuserPassword: password } = source
      const system = String(await systemIdentifierOf(dataDir))
      await repository.ensure(name, { system, dataDir }, { signal: aborted })
      const from = { dataDir, socketDir, user: superuser, password, bytes }
      await repository.backUp(name, from, { isFull, signal: aborted })
      host.observe({ level: 'info', event: 'offsite.backed_up', ref: name, fields: { isFull } })
    }
    if (name === SYSTEM) return send(system.source, signal).then(() => undefined)
    const branch = branches.find(name)
    const database = host.databases.get(name as ProjectRef)
    if (!branch?.spec || !database) return undefined
    // One that is awake does not go to sleep in the middle.
    branch.traffic.hold(HOLD, WEEK_MS)
    return database
      .work(branch.spec, (source, aborted) => send(source, AbortSignal.any([aborted, signal])))
      .finally(() => branch.traffic.release(HOLD))
  }

  const isCalm = (name: string): boolean => name === SYSTEM || calm.has(branches.find(name)?.status ?? 'gone')

  const sendOf = async (name: string): Promise<void> => {
    // One that is just being started or restored is worth waiting for: whoever asked believes that it is sent.
    if (!isCalm(name)) await branches.find(name)?.underWay
    if (!isCalm(name)) return
    const { archive: folder, dataDir } = host.places.foldersOf(name)
    const newest = (await listBackups({ base: join(folder, 'base') })).at(-1)
    const covered = await readCovered(name)
    if (!newest || covered?.backup === newest.id) return
    const labels = await listLabels(place, name)
    const end = await endOfLog(dataDir)
    if (labels.newest && covered && end !== undefined && covered.end === String(end))
      return cover(name, { ...covered, backup: newest.id })
    const isFull = labels.newestFull === undefined || Date.now() - labels.newestFull.getTime() > WEEK_MS
    const ended = await take(name, newest.bytes, isFull)
    await cover(name, { backup: newest.id, end: ended === undefined ? undefined : String(ended) })
  }

  return {
    send: async () => {
      const failures: unknown[] = []
      for (const name of await readdir(join(data, 'archive'))) {
        signal.throwIfAborted()
        if (failures.some(isOfBucket)) break
        await sendOf(name).catch((error) => failures.push(error))
      }
      signal.throwIfAborted()
      if (failures.length > 0) throw failures[0]
    },
    forget: (name) => rm(fileOf(name), { force: true }),
  }
}
