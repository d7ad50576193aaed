// The list of backups: each one's folder holds its own entry, so that both appear and vanish together.

import { readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readControl } from '../control-file.ts'
import { syncFolder } from '../durable-file.ts'
import { type Archive, unfinished } from './archive.ts'
import { backupErrors } from './errors.ts'
import { type Lsn, lsnValue } from './wal-position.ts'

export type Backup = {
  /** Sorts by time. */
  readonly id: string
  /** Whether the server ran meanwhile; a stopped one needs no log to be whole. */
  readonly kind: 'running' | 'stopped'
  readonly label: string
  readonly startedAt: string
  /** From this moment on the log can take it further. */
  readonly endedAt: string
  readonly startLsn: Lsn
  readonly endLsn: Lsn
  readonly timeline: number
  /** Size of the files; those that did not change since the backup before share their space with it. */
  readonly bytes: number
  readonly segmentBytes: number
  /** `17.12` */
  readonly postgresVersion: string
}

const ENTRY = 'backup.json'

export const entryFileIn = (folder: string): string => join(folder, ENTRY)
export const dataOf = (archive: Archive, backup: Pick<Backup, 'id'>): string =>
  join(archive.base, backup.id, 'data')

const readEntry = async (archive: Pick<Archive, 'base'>, id: string): Promise<Backup[]> => {
  const text = await readFile(entryFileIn(join(archive.base, id)), 'utf8').catch(() => undefined)
  // Written by us, in a folder that is ours alone.
  return text === undefined ? [] : [JSON.parse(text) as Backup]
}

/** All backups, oldest first. */
export const listBackups = async (archive: Pick<Archive, 'base'>): Promise<readonly Backup[]> => {
  const ids = (await readdir(archive.base)).filter((name) => !name.startsWith('.')).sort()
  return (await Promise.all(ids.map((id) => readEntry(archive, id)))).flat()
}

export const getBackup = async (archive: Archive, id: string): Promise<Backup> => {
  const found = (await listBackups(archive)).find((backup) => backup.id === id)
  if (!found) throw backupErrors.backupNotFound(id)
  return found
}

/** Out of sight in one step; only then its files are deleted. */
export const removeBackup = async (archive: Archive, id: string): Promise<void> => {
  const going = unfinished(archive.base, `${id}-removed`)
  await rename(join(archive.base, id), going)
  await syncFolder(archive.base)
  await rm(going, { recursive: true, force: true })
}

/** Whether a data directory has rested ever since this backup of it. */
export const isUnchangedSince = async (backup: Backup, dataDir: string): Promise<boolean> => {
  const { isShutDown, checkpoint, timeline } = await readControl(dataDir)
  return isShutDown && timeline === backup.timeline && checkpoint === lsnValue(backup.endLsn)
}
