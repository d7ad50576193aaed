// An archive that cannot be reached must not stop the database: Postgres keeps what it could not hand over, until
// the disk is full. Before that, archiving is given up; it begins again when the archive answers.

import { access, constants, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Observe } from '@plinth/contracts'
import { writeOwnFile } from '../own-file.ts'
import { renderSettings, type Settings } from '../settings.ts'
import { type Archive, archivingGivenUp, archivingTo } from './archive.ts'
import { listWaiting, segmentBytesOf } from './wal-segments.ts'

export type Pressure = { readonly waiting: number; readonly bytes: number }

/** What waits to be archived. */
export const logPressure = async (dataDir: string): Promise<Pressure> => {
  const waiting = (await listWaiting(dataDir)).length
  return { waiting, bytes: waiting === 0 ? 0 : waiting * (await segmentBytesOf(dataDir)) }
}

export type TendOptions = {
  readonly archive: Archive
  readonly dataDir: string
  /** Of the server's first process. */
  readonly pid: number
  /** All settings the server was started with. */
  readonly settings: Settings
  /** More than this may not wait. */
  readonly limitBytes: number
  /** Whether archiving was given up before. */
  readonly isGivenUp: boolean
  readonly observe: Observe
}

const apply = async ({ dataDir, pid, settings }: TendOptions, archiving: Settings): Promise<void> => {
  await writeOwnFile(join(dataDir, 'plinth.conf'), renderSettings({ ...settings, ...archiving }))
  process.kill(pid, 'SIGHUP')
}

/** Room for at least one segment and a backup's beginnings. */
const LEAST_FREE_BYTES = 256 * 2 ** 20

const isReachable = async ({ wal }: Archive): Promise<boolean> => {
  try {
    await access(wal, constants.W_OK | constants.X_OK)
    const { bavail, bsize } = await statfs(wal)
    return bavail * bsize > LEAST_FREE_BYTES
  } catch {
    return false
  }
}

/**
 * Looks after the log of a running server; call it from time to time. Answers whether archiving is given up now.
 * When it begins again the log has a hole: only a new backup leads on from there.
 */
export const tendLog = async (options: TendOptions): Promise<boolean> => {
  const { archive, dataDir, limitBytes, isGivenUp, observe } = options
  if (isGivenUp) {
    if (!(await isReachable(archive))) return true
    await apply(options, archivingTo(archive))
    observe({ level: 'info', event: 'archive.resumed' })
    return false
  }
  const { bytes } = await logPressure(dataDir)
  if (bytes <= limitBytes) return false
  await apply(options, archivingGivenUp)
  observe({ level: 'error', event: 'archive.given_up', fields: { waitingBytes: bytes, limitBytes } })
  return true
}
