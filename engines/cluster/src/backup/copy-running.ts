// A copy of a running database that is whole by itself: the files as they happen to be, and the log that makes
// them agree. Nobody has to wait for it.

import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Session, sql } from '@plinth/postgres'
import { readControl } from '../control-file.ts'
import { writeOwnFile } from '../own-file.ts'
import { openSuperuserPool } from '../secrets.ts'
import { type CopyOptions, copyDataDir, copySegments } from './copy-data-dir.ts'
import { backupErrors } from './errors.ts'
import { type Lsn, lsnText, parseSegment, segmentName, segmentOf } from './wal-position.ts'
import { segmentBytesOf } from './wal-segments.ts'

/** What is known of a copy: between these two positions the log makes it whole. */
export type Copied = {
  readonly startLsn: Lsn
  readonly endLsn: Lsn
  readonly timeline: number
  readonly segmentBytes: number
}

export type RunningSource = {
  readonly socketDir: string
  readonly superuserPassword: string
  /** Default: that of a project. */
  readonly superuser?: string
}

const segmentsBetween = ({ startLsn, endLsn, timeline, segmentBytes }: Copied): string[] => {
  const first = segmentOf(startLsn, segmentBytes)
  const count = segmentOf(endLsn, segmentBytes) - first + 1
  return Array.from({ length: count }, (_, index) => segmentName(timeline, first + index, segmentBytes))
}

/** A slot of this session keeps the log from being recycled under our hands; it vanishes with the session. */
const begin = async (session: Session, label: string): Promise<{ lsn: Lsn; timeline: number }> => {
  const slot = sql`select pg_create_physical_replication_slot('plinth_copy_' || pg_backend_pid(), true, true)`
  await session.query(slot)
  const { lsn, file } = await session.one<{ lsn: Lsn; file: string }>(sql`
    select lsn::text, pg_walfile_name(lsn) as file from pg_backup_start(${label}, fast => true) as lsn`)
  return { lsn, timeline: Number.parseInt(file.slice(0, 8), 16) }
}

/** `false`: it does not wait for the archiver, since the log is in the copy. */
const end = (session: Session) =>
  session.one<{ lsn: Lsn; label: string }>(sql`
    select lsn::text, labelfile as label from pg_backup_stop(false)`)

/** Copies into `to`. When it fails or is aborted the server forgets that it was asked. */
export const copyRunning = async (
  source: RunningSource,
  options: CopyOptions & { readonly label: string },
): Promise<Copied> => {
  const pool = openSuperuserPool(source.socketDir, source.superuserPassword, source.superuser)
  try {
    return await pool.session(async (session) => {
      const started = await begin(session, options.label)
      await copyDataDir(options)
      options.signal?.throwIfAborted()
      const { lsn, label } = await end(session)
      const segmentBytes = await segmentBytesOf(options.from)
      const copied = { startLsn: started.lsn, endLsn: lsn, timeline: started.timeline, segmentBytes }
      await copySegments(options, segmentsBetween(copied))
      await writeOwnFile(join(options.to, 'backup_label'), label)
      return copied
    })
  } finally {
    await pool.close()
  }
}

/** Copies a directory whose server was stopped in order: its files are whole as they are. */
export const copyStopped = async (options: CopyOptions): Promise<Copied> => {
  const before = await readControl(options.from)
  if (!before.isShutDown) throw backupErrors.notStopped()
  const segmentBytes = await segmentBytesOf(options.from)
  await copyDataDir(options)
  const first = segmentOf(lsnText(before.redo), segmentBytes)
  const last = segmentOf(lsnText(before.checkpoint), segmentBytes)
  const names = (await readdir(join(options.from, 'pg_wal'))).filter((name) => {
    const segment = parseSegment(name, segmentBytes)
    return segment?.timeline === before.timeline && segment.number >= first && segment.number <= last
  })
  await copySegments(options, names)
  // It may have been started in the meantime, for somebody who did not know of us.
  for (const folder of [options.from, options.to]) {
    const after = await readControl(folder)
    if (after.checkpoint !== before.checkpoint || !after.isShutDown) throw backupErrors.notStopped()
  }
  const lsn = lsnText(before.checkpoint)
  return { startLsn: lsnText(before.redo), endLsn: lsn, timeline: before.timeline, segmentBytes }
}
