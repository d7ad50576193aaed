// Everything an installation can be restored from, in a bucket: brought up to date again and again. A bucket that is away
// holds up nothing here: what is new waits in the archives, which have their own bounds.

import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { findBackrest } from '@plinth/cluster'
import { mirrorFiles, openBucket, openPlace, openRepository } from '@plinth/offsite'
import { readBackupBucket } from './backup-bucket.ts'
import type { Branches } from './branches.ts'
import type { Host } from './host.ts'
import { makeBucketBackups } from './offsite-backups.ts'
import { makeBucketLog } from './offsite-log.ts'
import { inTurn, makeReport, repeat, within } from './offsite-rounds.ts'
import type { SystemDatabase } from './system-database.ts'

export type OffsiteOptions = {
  /** File with the bucket's settings. */
  readonly file: string
  readonly data: string
  /** File with authorities of the operator's own. */
  readonly authorities: string | undefined
  /** Folders in which programs are looked for. */
  readonly path: string
  readonly host: Host
  readonly branches: Branches
  readonly system: SystemDatabase
}

export type Offsite = {
  /** Resolves when everything of this moment is in the bucket; fails with the reason why not. */
  readonly update: () => Promise<void>
  /** Ends backups that are being sent; before the servers are stopped. */
  readonly endBackups: () => Promise<void>
  /** When nothing writes to the archives any more: sends what is left, for some seconds. */
  readonly close: () => Promise<void>
}

const EVERY_MS = 30_000
/** A large backup is not begun again and again. */
const AFTER_FAILURE_MS = 600_000
/** What the last moments have left is sent when the supervisor stops, if that does not take long. */
const LAST_ROUND_MS = 5_000
/** What hangs on a bucket that says nothing ends with the process. */
const GRACE_MS = 3_000

/** The bucket, and in it the repository of databases, freed of what an earlier supervisor has left. */
const openPlaces = async ({ file, data, authorities, path, host }: OffsiteOptions) => {
  const settings = await readBackupBucket(file)
  const program = await findBackrest(host.runtime, path)
  const bucket = openBucket(settings)
  const place = openPlace(bucket, host.key, settings.prefix)
  const folder = join(data, 'offsite')
  await rm(join(folder, 'unpacked'), { recursive: true, force: true })
  const from = { bucket: settings, root: place.root, key: host.key, folder, authorities }
  const repository = await openRepository(program, from)
  await repository.takeOver()
  return { bucket, place, repository }
}

export const openOffsite = async (options: OffsiteOptions): Promise<Offsite> => {
  const { data, host, branches, system } = options
  const { observe } = host
  const { bucket, place, repository } = await openPlaces(options)
  const [closing, ending] = [new AbortController(), new AbortController()]
  const files = new Map<string, string>()
  const removed = new Set<string>()
  const deps = { data, host, place, repository }
  const log = makeBucketLog({ ...deps, signal: closing.signal })
  const bases = makeBucketBackups({ ...deps, branches, system, signal: ending.signal })
  const report = makeReport(observe, { failed: 'offsite.failed', resumed: 'offsite.resumed' })
  const baseReport = makeReport(observe, {
    failed: 'offsite.backup_failed',
    resumed: 'offsite.backup_resumed',
  })

  const forgetRemoved = async (): Promise<void> => {
    for (const ref of removed) {
      await repository.remove(ref, { signal: closing.signal })
      await place.remove(await place.list(`files/archive/${ref}/`))
      await log.forget(ref)
      await bases.forget(ref)
      removed.delete(ref)
    }
  }
  // Its own files first: what is wrong with the bucket is told best by them.
  const sendNew = inTurn(async () => {
    await mirrorFiles(place, data, files)
    await forgetRemoved()
    await log.send()
  })
  const sendBases = inTurn(bases.send)
  const unfollow = branches.follow(({ ref, status }) => {
    if (status === 'gone') removed.add(ref)
  })
  const resting = new AbortController()
  const running = repeat(async () => {
    await report.watch(sendNew())
    return EVERY_MS
  }, resting.signal)
  const backingUp = repeat(async () => {
    await baseReport.watch(sendBases())
    return baseReport.isAway() ? AFTER_FAILURE_MS : EVERY_MS
  }, ending.signal)
  return {
    update: async () => {
      for (const [by, send] of [
        [report, sendNew],
        [baseReport, sendBases],
        [report, sendNew],
      ] as const) {
        const sent = send()
        await by.watch(sent)
        await sent
      }
    },
    endBackups: async () => {
      ending.abort()
      await within(GRACE_MS, backingUp)
    },
    close: async () => {
      unfollow()
      resting.abort()
      const last = report.isAway() ? Promise.resolve() : sendNew().catch(() => undefined)
      await within(LAST_ROUND_MS, last)
      closing.abort()
      bucket.close()
      await within(GRACE_MS, Promise.all([last, running]))
    },
  }
}
