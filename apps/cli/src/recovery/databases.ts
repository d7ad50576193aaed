// What databases are made from, from the bucket into the archives of an empty data folder: base backups first, then the
// log. What is there already, from a try that was interrupted, is whole and stays.

import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type Archive,
  keepFetched,
  listBackups,
  openArchive,
  type Runtime,
  receiveBackup,
} from '@plinth/cluster'
import { listLog, type Place, type Repository, type Stanza, type StanzaBackup } from '@plinth/offsite'
import { severalAtOnce } from './several-at-once.ts'

export type RecoverDatabasesOptions = {
  readonly place: Place
  readonly repository: Repository
  readonly runtime: Runtime
  /** The data folder. */
  readonly data: string
  readonly onProgress: (done: number, total: number) => void
}

type Task = RecoverDatabasesOptions & {
  readonly stanza: Stanza
  /** Names of all of its log. */
  readonly log: readonly string[]
  readonly onDone: () => void
}

/** Most of the time is waited for the disk, which writes every file of a base backup for itself. */
const DATABASES_AT_ONCE = 4
const PIECES_AT_ONCE = 2

/** pgBackRest knows seconds: one is added, so that the moment is not before the end. */
const afterSecond = (seconds: number): Date => new Date((seconds + 1) * 1000)

const fetchBackup = (task: Task, archive: Archive, backup: StanzaBackup): Promise<void> => {
  const { repository, runtime, stanza, log } = task
  const { label, firstLog, lastLog } = backup
  return receiveBackup({
    runtime,
    archive,
    origin: label,
    startedAt: new Date(backup.startedAt * 1000),
    endedAt: afterSecond(backup.endedAt),
    startLsn: backup.startLsn,
    endLsn: backup.endLsn,
    timeline: Number.parseInt(firstLog.slice(0, 8), 16),
    fill: async (dataDir) => {
      await repository.restore(stanza.name, label, dataDir)
      const needed = log.filter((name) => name.length === 24 && name >= firstLog && name <= lastLog)
      for (const name of needed)
        await repository.fetchLog(stanza.name, dataDir, name, join(dataDir, 'pg_wal', name))
    },
  })
}

const isKept = (kept: ReadonlySet<string>, name: string): boolean =>
  [name, `${name}.gz`, name.replace(/\.partial$/, '.tail')].some((file) => kept.has(file))

const fetchLogs = async (task: Task, archive: Archive): Promise<void> => {
  const { repository, stanza, log, onDone } = task
  const newest = (await listBackups(archive)).at(-1)
  if (!newest) return
  // It says whose log it is.
  const dataDir = join(archive.base, newest.id, 'data')
  const kept = new Set(await readdir(archive.wal))
  await severalAtOnce(log, PIECES_AT_ONCE, async (name) => {
    if (!isKept(kept, name)) {
      const file = join(archive.folder, `.fetched-${name}`)
      await repository.fetchLog(stanza.name, dataDir, name, file)
      await keepFetched(archive, name, file)
      await rm(file)
    }
    onDone()
  })
}

const recoverOne = async (task: Task): Promise<void> => {
  const { data, stanza, onDone } = task
  const archive = await openArchive({ folder: join(data, 'archive', stanza.name) })
  for (const backup of stanza.backups) {
    await fetchBackup(task, archive, backup)
    onDone()
  }
  await fetchLogs(task, archive)
}

/** Resolves when everything that the bucket has of every database is in the archives. */
export const recoverDatabases = async (options: RecoverDatabasesOptions): Promise<void> => {
  const { place, repository, onProgress } = options
  const listed = (await repository.list()).filter(({ backups }) => backups.length > 0)
  const found = await Promise.all(
    listed.map(async (stanza) => ({
      stanza,
      log: stanza.log === undefined ? [] : await listLog(place, stanza.name, stanza.log),
    })),
  )
  const total = found.reduce((sum, { stanza, log }) => sum + stanza.backups.length + log.length, 0)
  let done = 0
  const onDone = (): void => onProgress(++done, total)
  await severalAtOnce(found, DATABASES_AT_ONCE, (one) => recoverOne({ ...options, ...one, onDone }))
}
