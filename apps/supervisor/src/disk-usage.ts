// How much of the disk a branch takes. Read off the file system each time: nothing of a sleeping branch is woken.

import type { Stats } from 'node:fs'
import { lstat, readdir, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { DiskUsage } from '@plinth/contracts'
import type { BranchFolders } from './places.ts'

/** Postgres, a backup or a restore may remove it while we look. */
const look = (path: string): Promise<Stats | undefined> => lstat(path).catch(() => undefined)

/**
 * What `du` says: blocks, so that a file with holes counts for what it takes, and one that several backups share
 * counts once. One after the other: a database has thousands, and nobody waits for the millisecond.
 */
const bytesOf = async (path: string, seen = new Set<number>()): Promise<number> => {
  const found = await look(path)
  if (found === undefined || seen.has(found.ino)) return 0
  if (found.nlink > 1 && !found.isDirectory()) seen.add(found.ino)
  let bytes = found.blocks * 512
  const names = found.isDirectory() ? await readdir(path).catch(() => []) : []
  for (const name of names) bytes += await bytesOf(join(path, name), seen)
  return bytes
}

export const diskUsageOf = async ({ home, archive, logs }: BranchFolders): Promise<DiskUsage> => {
  const [database, archived, logged, disk] = await Promise.all([
    bytesOf(home),
    bytesOf(archive),
    bytesOf(logs),
    statfs(home),
  ])
  return { database, archive: archived, logs: logged, available: disk.bavail * disk.bsize }
}
