// Copies of all archives, and of the installation's own files, in a bucket: brought up to date again and again. A bucket
// that is away holds up nothing here: what is new waits in the archives, which have their own bounds.

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { BackupBucket, type Observe } from '@plinth/contracts'
import { isPlinthError } from '@plinth/errors'
import { mirrorArchive, mirrorFiles, openBucket, openPlace } from '@plinth/offsite'
import type { Branches } from './branches.ts'
import { errors } from './errors.ts'

export type OffsiteOptions = {
  /** File with the bucket's settings. */
  readonly file: string
  readonly data: string
  /** The installation key. */
  readonly key: Buffer
  readonly branches: Branches
  readonly observe: Observe
}

export type Offsite = {
  /** Resolves when everything of this moment is in the bucket; fails with the reason why not. */
  readonly update: () => Promise<void>
  /** When nothing writes to the archives any more: sends what is left, for some seconds. */
  readonly close: () => Promise<void>
}

const EVERY_MS = 30_000
/** What the last moments have left is sent when the supervisor stops, if that does not take long. */
const LAST_ROUND_MS = 5_000

export const readBackupBucket = async (file: string): Promise<BackupBucket> => {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) throw errors.badBackupFile(file, 'it cannot be read')
  try {
    const { success, data, error } = BackupBucket.safeParse(JSON.parse(text))
    if (success) return data
    throw new Error(error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '))
  } catch (error) {
    throw errors.badBackupFile(
      file,
      error instanceof SyntaxError ? 'it is not JSON' : (error as Error).message,
    )
  }
}

/** What the operator can do about it. */
const hintOf = (error: unknown): { readonly hint?: string } =>
  isPlinthError(error) && error.hint !== undefined ? { hint: error.hint } : {}

export const openOffsite = async (options: OffsiteOptions): Promise<Offsite> => {
  const { data, key, branches, observe } = options
  const settings = await readBackupBucket(options.file)
  const bucket = openBucket(settings)
  const place = openPlace(bucket, key, settings.prefix)
  const closing = new AbortController()
  const { signal } = closing
  const known = new Map<string, Map<string, string>>()
  const files = new Map<string, string>()
  const removed = new Set<string>()
  let isAway = false

  const mapOf = (name: string): Map<string, string> => {
    const map = known.get(name) ?? new Map()
    known.set(name, map)
    return map
  }
  const round = async (): Promise<void> => {
    for (const ref of removed) {
      await place.remove(await place.list(`archive/${ref}/`))
      known.delete(ref)
      removed.delete(ref)
    }
    for (const name of await readdir(join(data, 'archive')).catch(() => [])) {
      signal.throwIfAborted()
      await mirrorArchive({ place, folder: join(data, 'archive', name), name, known: mapOf(name), signal })
    }
    await mirrorFiles(place, data, files)
  }
  let turn: Promise<void> = Promise.resolve()
  /** One round at a time. An outage is said once, and once more when it is over. */
  const update = (): Promise<void> => {
    const mine = turn.catch(() => undefined).then(round)
    turn = mine.then(
      () => {
        if (isAway) observe({ level: 'info', event: 'offsite.resumed' })
        isAway = false
      },
      (error) => {
        if (!isAway && !signal.aborted)
          observe({ level: 'error', event: 'offsite.failed', error, fields: hintOf(error) })
        isAway = true
      },
    )
    return mine
  }
  const resting = new AbortController()
  const run = async (): Promise<void> => {
    while (!resting.signal.aborted) {
      await update().catch(() => undefined)
      await delay(EVERY_MS, undefined, { signal: resting.signal }).catch(() => undefined)
    }
  }
  const unfollow = branches.follow(({ ref, status }) => {
    if (status === 'gone') removed.add(ref)
  })
  const running = run()
  return {
    update,
    close: async () => {
      unfollow()
      resting.abort()
      const last = isAway ? Promise.resolve() : update().catch(() => undefined)
      await Promise.race([last, delay(LAST_ROUND_MS, undefined, { signal }).catch(() => undefined)])
      closing.abort()
      await Promise.all([last, running])
      bucket.close()
    },
  }
}
