// An archive that cannot be reached must not stop the database: Postgres keeps what it could not hand over, until
// the disk is full. Before that, archiving is given up; it begins again when the archive answers.

import { access, constants, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Observe } from '@plinth/contracts'
import { readOwnFile, writeOwnFile } from '../own-file.ts'
import { renderSettings, type Settings } from '../settings.ts'
import { type Archive, archivingGivenUp, archivingTo } from './archive.ts'
import { readLedger, writeLedger } from './ledger.ts'
import { listWaiting, segmentBytesOf } from './wal-segments.ts'

export type Pressure = { readonly waiting: number; readonly bytes: number }

/** What waits to be archived. */
export const logPressure = async (dataDir: string): Promise<Pressure> => {
  const waiting = (await listWaiting(dataDir)).length
  return { waiting, bytes: waiting === 0 ? 0 : waiting * (await segmentBytesOf(dataDir)) }
}

/** Room for at least one segment and a backup's beginnings. */
const LEAST_FREE_BYTES = 256 * 2 ** 20

/** `undefined` when nobody can tell. */
const hasRoom = async ({ wal }: Archive): Promise<boolean | undefined> => {
  const disk = await statfs(wal).catch(() => undefined)
  return disk && disk.bavail * disk.bsize > LEAST_FREE_BYTES
}

const isReachable = async (archive: Archive): Promise<boolean> => {
  const isWritable = await access(archive.wal, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  )
  return isWritable && (await hasRoom(archive)) === true
}

/** The settings file says how the server was started or told since. */
const isGivenUp = async (dataDir: string): Promise<boolean> => {
  const text = await readOwnFile(join(dataDir, 'plinth.conf'))
  return text?.includes(renderSettings({ archive_command: archivingGivenUp.archive_command }, '')) ?? false
}

/** How a server is to be started with regard to its archive: as ever, unless archiving was given up and still must be. */
export const archivingOf = async (archive: Archive, dataDir: string): Promise<Settings> => {
  if (!(await isGivenUp(dataDir))) return archivingTo(archive)
  if (!(await isReachable(archive))) return archivingGivenUp
  const ledger = await readLedger(archive)
  await writeLedger(archive, { ...ledger, holes: [...ledger.holes, new Date().toISOString()] })
  return archivingTo(archive)
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
  readonly observe: Observe
}

/** `fine`: kept and complete; `given_up`: what is written now is in no archive; `resumed`: from now on, after a hole. */
export type LogState = 'fine' | 'given_up' | 'resumed'

const apply = async ({ dataDir, pid, settings }: TendOptions, archiving: Settings): Promise<void> => {
  await writeOwnFile(join(dataDir, 'plinth.conf'), renderSettings({ ...settings, ...archiving }))
  process.kill(pid, 'SIGHUP')
}

/**
 * Looks after the log of a running server; call it from time to time. After a hole only a new backup leads on.
 */
export const tendLog = async (options: TendOptions): Promise<LogState> => {
  const { archive, dataDir, limitBytes, observe } = options
  if (await isGivenUp(dataDir)) {
    const archiving = await archivingOf(archive, dataDir)
    if (archiving === archivingGivenUp) return 'given_up'
    await apply(options, archiving)
    observe({ level: 'info', event: 'archive.resumed' })
    return 'resumed'
  }
  const { bytes } = await logPressure(dataDir)
  // The archive may lie on the disk of the database: rather no archive than no database.
  if (bytes <= limitBytes && (await hasRoom(archive)) !== false) return 'fine'
  await apply(options, archivingGivenUp)
  observe({ level: 'error', event: 'archive.given_up', fields: { waitingBytes: bytes, limitBytes } })
  return 'given_up'
}
