// A named point in the life of a database that it can be taken back to.

import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { sql } from '@plinth/postgres'
import { openSuperuserPool } from '../secrets.ts'
import type { Archive } from './archive.ts'
import type { RunningSource } from './copy-running.ts'
import { backupErrors } from './errors.ts'
import { type RestorePoint, readLedger, writeLedger } from './ledger.ts'
import type { Lsn } from './wal-position.ts'
import { listKept } from './wal-store.ts'

export type CreateRestorePointOptions = {
  readonly archive: Archive
  readonly source: RunningSource
  readonly name: string
}

const LONGEST = 20

const parseName = (name: string): string => {
  const isFine = [...name].length <= LONGEST && name.trim() !== '' && !/\p{Cc}/u.test(name)
  if (!isFine) throw backupErrors.pointName()
  return name
}

/** Writes the mark and ends the segment that it is in, so that the archive gets it now. */
const write = async ({ socketDir, superuserPassword }: RunningSource, mark: string) => {
  const pool = openSuperuserPool(socketDir, superuserPassword)
  try {
    return await pool.one<{ lsn: Lsn; file: string; at: string }>(sql`
      select lsn::text, pg_walfile_name(lsn) as file, clock_timestamp() as at, pg_switch_wal()::text as switched
      from pg_create_restore_point(${mark}) as lsn`)
  } finally {
    await pool.close()
  }
}

const ARCHIVED_WITHIN_MS = 2_000

const waitForArchive = async (archive: Archive, file: string): Promise<void> => {
  const giveUpAt = performance.now() + ARCHIVED_WITHIN_MS
  while (!(await listKept(archive)).has(file) && performance.now() < giveUpAt) await delay(5)
}

/**
 * Everything committed before the call is part of the point. It holds even when the archive is slow: a restore
 * takes what is still missing from the data directory.
 */
export const createRestorePoint = async (options: CreateRestorePointOptions): Promise<RestorePoint> => {
  const { archive, source } = options
  const name = parseName(options.name)
  const isTaken = (await readLedger(archive)).points.some((point) => point.name === name)
  if (isTaken) throw backupErrors.pointExists(name)
  const mark = `plinth-${randomUUID()}`
  const { lsn, file, at } = await write(source, mark)
  const point = { name, mark, lsn, timeline: Number.parseInt(file.slice(0, 8), 16), at }
  const ledger = await readLedger(archive)
  await writeLedger(archive, { ...ledger, points: [...ledger.points, point] })
  await waitForArchive(archive, file)
  return point
}
