// The folder that holds everything one branch can be restored from: finished pieces of its log in `wal`, base
// backups in `base`, and the ledger. Postgres writes into `wal` and nowhere else; the rest is ours alone.

import { chmod, chown, mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Settings } from '../settings.ts'
import { removeTree } from '../tree.ts'

export type Owner = { readonly uid?: number | undefined; readonly gid?: number | undefined }

export type Archive = {
  readonly folder: string
  /** Log segments, as Postgres finished them or compacted. */
  readonly wal: string
  /** One folder for each backup. */
  readonly base: string
  /** The branch's user. */
  readonly owner: Owner
}

const makeFolder = async (folder: string, mode: number, owner: Owner = {}): Promise<void> => {
  await mkdir(folder, { recursive: true, mode })
  await chmod(folder, mode)
  if (owner.uid !== undefined && owner.gid !== undefined) await chown(folder, owner.uid, owner.gid)
}

const UNFINISHED = '.tmp-'

/** Where something is put together before it appears under its name. */
export const unfinished = (folder: string, name: string): string => join(folder, `${UNFINISHED}${name}`)

/** Opens the archive of a branch, or makes it. Nobody else may be at work in it: unfinished things are removed. */
export const openArchive = async (options: { readonly folder: string } & Owner): Promise<Archive> => {
  const { folder, uid, gid } = options
  const archive = { folder, wal: join(folder, 'wal'), base: join(folder, 'base'), owner: { uid, gid } }
  const passing = uid === undefined ? 0o700 : 0o711
  await makeFolder(folder, passing)
  await makeFolder(archive.base, passing)
  await makeFolder(archive.wal, 0o700, archive.owner)
  for (const name of await readdir(archive.base))
    if (name.startsWith(UNFINISHED)) await removeTree(join(archive.base, name))
  return archive
}

/** Postgres' own archive module: no shell, never overwrites, and knows a file that it has kept before. */
export const archivingTo = (archive: Archive): Settings => ({
  archive_mode: 'on',
  archive_library: 'basic_archive',
  'basic_archive.archive_directory': archive.wal,
  archive_command: '',
  archive_timeout: '60s',
})

/** Finished segments are dropped. The mode stays, since changing it takes a restart. */
export const archivingGivenUp = {
  archive_mode: 'on',
  archive_library: '',
  archive_command: 'true',
  archive_timeout: '0',
} satisfies Settings
