// A base backup that comes from elsewhere becomes one of an archive, as if it had been made here.

import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Runtime } from '../runtime.ts'
import { removeTree } from '../tree.ts'
import { type Archive, unfinished } from './archive.ts'
import { type Backup, listBackups } from './backup-entry.ts'
import { appear, sealBackup } from './take-backup.ts'
import type { Lsn } from './wal-position.ts'
import { segmentBytesOf } from './wal-segments.ts'

export type ReceiveOptions = {
  readonly runtime: Runtime
  readonly archive: Archive
  /** What it is called there. */
  readonly origin: string
  readonly startedAt: Date
  readonly endedAt: Date
  readonly startLsn: Lsn
  readonly endLsn: Lsn
  readonly timeline: number
  /** Puts it into this folder, with all of the log that makes it whole in `pg_wal`. */
  readonly fill: (dataDir: string) => Promise<void>
}

/** Sorts by time, and is the same whenever it is fetched. */
const idOf = ({ origin, endedAt }: ReceiveOptions): string => {
  const digest = createHash('sha256').update(origin).digest('hex').slice(0, 6)
  return `${endedAt.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z-${digest}`
}

/** Does nothing when it was received before. */
export const receiveBackup = async (options: ReceiveOptions): Promise<void> => {
  const { runtime, archive, startedAt, endedAt, startLsn, endLsn, timeline } = options
  const id = idOf(options)
  if ((await listBackups(archive)).some((backup) => backup.id === id)) return
  const folder = unfinished(archive.base, id)
  await removeTree(folder)
  await mkdir(join(folder, 'data'), { recursive: true, mode: 0o700 })
  try {
    await options.fill(join(folder, 'data'))
    const segmentBytes = await segmentBytesOf(join(folder, 'data'))
    const copied = { startLsn, endLsn, timeline, segmentBytes }
    const bytes = await sealBackup(folder, copied, { runtime, archive })
    const backup: Backup = {
      id,
      kind: 'running',
      label: 'from the bucket',
      startedAt: startedAt.toISOString(),
      endedAt: endedAt.toISOString(),
      ...copied,
      bytes,
      postgresVersion: runtime.version,
    }
    await appear(folder, archive, backup)
  } catch (error) {
    await removeTree(folder)
    throw error
  }
}
