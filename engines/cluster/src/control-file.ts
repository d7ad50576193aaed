// The control file of a data directory: who it is, whether it rests, and where its log begins.

import { constants } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32c } from './crc32c.ts'
import { clusterErrors } from './errors.ts'

export const controlFileIn = (dataDir: string): string => join(dataDir, 'global/pg_control')

/** The checksum follows the last field; where that is differs by version (288 in 15 and 17, 292 in 18). */
export const findChecksum = (control: Buffer): number => {
  for (let offset = 200; offset < 480; offset += 4)
    if (crc32c(control.subarray(0, offset)) === control.readUInt32LE(offset)) return offset
  throw clusterErrors.controlFileUnknown()
}

export type Control = {
  readonly systemIdentifier: bigint
  /** Stopped in order; only then the files are a whole without any log. */
  readonly isShutDown: boolean
  readonly checkpoint: bigint
  /** Recovery begins here. */
  readonly redo: bigint
  readonly timeline: number
}

const SHUT_DOWN = 1

/** Offsets are the same in 15 to 18. A torn read fails, since the checksum does not match. */
export const readControl = async (dataDir: string): Promise<Control> => {
  const flag = constants.O_RDONLY | constants.O_NOFOLLOW
  const bytes = await readFile(controlFileIn(dataDir), { flag })
  findChecksum(bytes)
  return {
    systemIdentifier: bytes.readBigUInt64LE(0),
    isShutDown: bytes.readUInt32LE(16) === SHUT_DOWN,
    checkpoint: bytes.readBigUInt64LE(32),
    redo: bytes.readBigUInt64LE(40),
    timeline: bytes.readUInt32LE(48),
  }
}

/** Whether the server that used this directory last was stopped in order; also when there is no directory. */
export const isAtRest = (dataDir: string): Promise<boolean> =>
  readControl(dataDir).then(
    ({ isShutDown }) => isShutDown,
    () => true,
  )

/** Who the database is: the same after a restore, another in a copy. */
export const systemIdentifierOf = async (dataDir: string): Promise<bigint> =>
  (await readControl(dataDir)).systemIdentifier

/** Where the log of a database ended that was stopped in order; changes whenever it is started. */
export const endOfLog = async (dataDir: string): Promise<bigint | undefined> => {
  const control = await readControl(dataDir).catch(() => undefined)
  return control?.isShutDown ? control.checkpoint : undefined
}
