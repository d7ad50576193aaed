// What the files of an archive do not say themselves: restore points, and which timeline was in use when.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeDurably } from '../durable-file.ts'
import type { Archive } from './archive.ts'
import type { Era, Timeline } from './timelines.ts'
import type { Lsn } from './wal-position.ts'

export type RestorePoint = {
  /** What the owner calls it. */
  readonly name: string
  /** What the log calls it: never used twice. */
  readonly mark: string
  readonly lsn: Lsn
  readonly timeline: number
  readonly at: string
}

export type Ledger = {
  /** Those that restores have begun, and the eras they began. */
  readonly timelines: readonly Timeline[]
  readonly eras: readonly Era[]
  readonly points: readonly RestorePoint[]
  /** Moments at which archiving began again after pieces of the log had been dropped. */
  readonly holes: readonly string[]
}

const empty: Ledger = { timelines: [], eras: [], points: [], holes: [] }

const fileOf = (archive: Archive): string => join(archive.folder, 'ledger.json')

export const readLedger = async (archive: Archive): Promise<Ledger> => {
  const text = await readFile(fileOf(archive), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  // Written by `writeLedger` alone, in a folder that is ours alone.
  return text === undefined ? empty : (JSON.parse(text) as Ledger)
}

export const writeLedger = (archive: Archive, ledger: Ledger): Promise<void> =>
  writeDurably(fileOf(archive), `${JSON.stringify(ledger, null, 2)}\n`)
