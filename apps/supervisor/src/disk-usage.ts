// How much of the disk a branch takes. Read off the file system each time: nothing of a sleeping branch is woken.

import { lstat, readdir, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { DiskUsage } from '@plinth/contracts'
import type { BranchFolders } from './places.ts'

/** What `du` says: blocks, so that a file with holes counts for what it takes. */
const bytesBelow = async (folder: string): Promise<number> => {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => [])
  const files = entries.filter((entry) => entry.isFile())
  let bytes = 0
  // One after the other: a database has thousands, and nobody waits for the millisecond.
  for (const { parentPath, name } of files) {
    // Postgres may remove one while we look.
    const found = await lstat(join(parentPath, name)).catch(() => undefined)
    bytes += (found?.blocks ?? 0) * 512
  }
  return bytes
}

export const diskUsageOf = async ({ home, archive, logs }: BranchFolders): Promise<DiskUsage> => {
  const [database, archived, logged, disk] = await Promise.all([
    bytesBelow(home),
    bytesBelow(archive),
    bytesBelow(logs),
    statfs(home),
  ])
  return { database, archive: archived, logs: logged, available: disk.bavail * disk.bsize }
}
