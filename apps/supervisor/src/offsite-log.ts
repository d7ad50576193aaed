// The log of every database, from the archives to the bucket: several databases at once, each in its order.

import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { systemIdentifierOf, writeDurably } from '@plinth/cluster'
import { type Database, learnSent, type Place, type Repository, type Sent, sendLog } from '@plinth/offsite'
import type { Host } from './host.ts'
import { isOfBucket } from './offsite-rounds.ts'

export type BucketLogDeps = {
  readonly data: string
  readonly host: Host
  readonly place: Place
  readonly repository: Repository
  readonly signal: AbortSignal
}

export type BucketLog = {
  /** Everything that is new; when that of one database cannot be sent, the others go on. */
  readonly send: () => Promise<void>
  /** A branch that was removed. */
  readonly forget: (name: string) => Promise<void>
}

const AT_ONCE = Math.min(4, Math.max(2, availableParallelism()))

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

type Known = { readonly database: Database; readonly sent: Sent }

export const makeBucketLog = ({ data, host, place, repository, signal }: BucketLogDeps): BucketLog => {
  const known = new Map<string, Known>()
  /** Which database the stanza was made for: another under the same name may use the same names for its log. */
  const markOf = (name: string): string => join(data, 'offsite', `${name}.system`)
  const learn = async (name: string, dataDir: string): Promise<Known> => {
    const system = String(await systemIdentifierOf(dataDir))
    const found = known.get(name)
    if (found?.database.system === system) return found
    const database = { system, dataDir }
    if ((await readFile(markOf(name), 'utf8').catch(() => '')) !== system) {
      await repository.ensure(name, database, { signal })
      await writeDurably(markOf(name), system)
    }
    const learnt = { database, sent: await learnSent(place, name) }
    known.set(name, learnt)
    return learnt
  }
  const sendOf = async (name: string): Promise<void> => {
    const { archive, dataDir } = host.places.foldersOf(name)
    // Being made, or made again.
    if (!(await isThere(join(dataDir, 'global/pg_control')))) return
    const wal = join(archive, 'wal')
    try {
      const learnt = await learn(name, dataDir)
      await sendLog({ repository, place, stanza: name, wal, ...learnt, signal })
    } catch (error) {
      // One that was removed meanwhile leaves nothing to send.
      if (await isThere(dataDir)) throw error
    }
  }
  return {
    send: async () => {
      const names = (await readdir(join(data, 'archive')).catch((): string[] => [])).values()
      const failures: unknown[] = []
      const work = async (): Promise<void> => {
        for (const name of names) {
          signal.throwIfAborted()
          if (failures.some(isOfBucket)) return
          await sendOf(name).catch((error) => failures.push(error))
        }
      }
      await Promise.all(Array.from({ length: AT_ONCE }, work))
      signal.throwIfAborted()
      if (failures.length > 0) throw failures[0]
    },
    forget: async (name) => {
      known.delete(name)
      await rm(markOf(name), { force: true })
    },
  }
}
