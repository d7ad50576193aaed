// Takes a base backup: copies, seals with checksums, and lets it appear in one step. Whatever goes wrong, or is
// killed, leaves nothing that could be taken for a backup.

import { randomBytes } from 'node:crypto'
import { mkdir, rename, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readControl } from '../control-file.ts'
import { syncFolder } from '../durable-file.ts'
import { majorOf, type Runtime } from '../runtime.ts'
import { removeTree, sizeOfTree, syncTree } from '../tree.ts'
import { type Archive, unfinished } from './archive.ts'
import { type Backup, dataOf, entryFileIn, listBackups } from './backup-entry.ts'
import { type BackupEvent, type BackupStatus, backupStatus } from './backup-status.ts'
import { type Progress, takeOver } from './copy-data-dir.ts'
import { type Copied, copyRunning, copyStopped, type RunningSource } from './copy-running.ts'
import { backupErrors } from './errors.ts'
import { listChecksums, shareWith, writeManifest } from './manifest.ts'
import { readVerification } from './verification.ts'

export type TakeBackupOptions = {
  readonly runtime: Runtime
  readonly archive: Archive
  readonly dataDir: string
  /** How to reach the server; absent when it is stopped. */
  readonly running?: RunningSource | undefined
  readonly label: string
  readonly onProgress?: Progress | undefined
  readonly onStatus?: ((status: BackupStatus) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

const newId = (now: Date): string =>
  `${now.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z-${randomBytes(3).toString('hex')}`

/** Free space that a copy must leave on the disk. */
const RESERVE_BYTES = 64 * 2 ** 20

/** Refuses before anything is written, rather than to fill the disk. */
export const ensureSpace = async (from: string, into: string): Promise<void> => {
  const [needed, { bavail, bsize }] = await Promise.all([sizeOfTree(from), statfs(into)])
  const free = bavail * bsize
  if (free < needed + RESERVE_BYTES) throw backupErrors.diskShort(needed + RESERVE_BYTES, free)
}

const copyInto = (folder: string, options: TakeBackupOptions): Promise<Copied> => {
  const { dataDir, archive, running, label, onProgress, signal } = options
  const how = { from: dataDir, to: join(folder, 'data'), owner: archive.owner, onProgress, signal }
  return running ? copyRunning(running, { ...how, label }) : copyStopped(how)
}

export type SealOptions = Pick<TakeBackupOptions, 'runtime' | 'archive' | 'signal'>

/** Gives the copy in `folder` its list of checksums; shares with the backup before what is the same. Tells its size. */
export const sealBackup = async (
  folder: string,
  copied: Copied,
  { archive, runtime, signal }: SealOptions,
): Promise<number> => {
  const root = join(folder, 'data')
  await takeOver(root, archive.owner)
  const files = await listChecksums(root, signal)
  const { systemIdentifier } = await readControl(root)
  await writeManifest(root, files, { ...copied, systemIdentifier, major: majorOf(runtime) })
  const before = (await listBackups(archive)).at(-1)
  // The files of a bad one are not what its list says.
  const isGood = before && (await readVerification(archive, before.id))?.isGood !== false
  if (isGood) await shareWith(root, files, dataOf(archive, before))
  return files.reduce((sum, file) => sum + file.size, 0)
}

/** It is there under its name from one moment to the next. */
export const appear = async (folder: string, archive: Archive, backup: Backup): Promise<void> => {
  await writeFile(entryFileIn(folder), `${JSON.stringify(backup, null, 2)}\n`, { mode: 0o600 })
  await syncTree(folder)
  await rename(folder, join(archive.base, backup.id))
  await syncFolder(archive.base)
}

/** Resolves when the backup is complete and on the disk. */
export const takeBackup = async (options: TakeBackupOptions): Promise<Backup> => {
  const { archive, runtime, running, label, onStatus, signal } = options
  let status: BackupStatus = 'copying'
  const move = (event: BackupEvent): void => {
    status = backupStatus.after(status, event) ?? status
    onStatus?.(status)
  }
  const startedAt = new Date()
  const id = newId(startedAt)
  const folder = unfinished(archive.base, id)
  onStatus?.(status)
  try {
    await ensureSpace(options.dataDir, archive.base)
    await mkdir(folder, { mode: archive.owner.uid === undefined ? 0o700 : 0o711 })
    const copied = await copyInto(folder, options)
    const endedAt = new Date().toISOString()
    move('copied')
    const bytes = await sealBackup(folder, copied, options)
    signal?.throwIfAborted()
    const backup: Backup = {
      id,
      kind: running ? 'running' : 'stopped',
      label,
      startedAt: startedAt.toISOString(),
      endedAt,
      ...copied,
      bytes,
      postgresVersion: runtime.version,
    }
    await appear(folder, archive, backup)
    move('sealed')
    return backup
  } catch (error) {
    await removeTree(folder)
    move('failed')
    throw error
  }
}
