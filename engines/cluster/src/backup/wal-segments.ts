// The pieces of the log in a data directory: which are finished, which hold the end of it.

import { constants } from 'node:fs'
import { type FileHandle, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { backupErrors } from './errors.ts'
import { parseSegment } from './wal-position.ts'

/** For files in folders of the branch's user: a link is not followed. */
export const openPlain = (file: string): Promise<FileHandle> =>
  open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)

type Header = { readonly timeline: number; readonly address: bigint; readonly segmentBytes: number }

/** The first page of every segment says where it belongs and how long segments are. */
const readHeader = async (file: string): Promise<Header> => {
  const handle = await openPlain(file)
  try {
    const { buffer } = await handle.read(Buffer.alloc(40), 0, 40, 0)
    return {
      timeline: buffer.readUInt32LE(4),
      address: buffer.readBigUInt64LE(8),
      segmentBytes: buffer.readUInt32LE(32),
    }
  } finally {
    await handle.close()
  }
}

/** None where the directory itself is lost. */
const listSegments = async (dataDir: string): Promise<string[]> =>
  (await readdir(join(dataDir, 'pg_wal')).catch(() => []))
    .filter((name) => /^[0-9A-F]{24}$/.test(name))
    .sort()

/** Length of a log segment of this database: all segments have it, also those made ahead of time. */
export const segmentBytesOf = async (dataDir: string): Promise<number> => {
  const [name] = await listSegments(dataDir)
  if (!name) throw backupErrors.walGone('the log')
  const handle = await openPlain(join(dataDir, 'pg_wal', name))
  return (await handle.stat().finally(() => handle.close())).size
}

const statusNames = async (dataDir: string): Promise<ReadonlySet<string>> =>
  new Set(await readdir(join(dataDir, 'pg_wal/archive_status')).catch(() => []))

/** Files that Postgres has finished and not yet handed to the archive. */
export const listWaiting = async (dataDir: string): Promise<string[]> => {
  const names = [...(await statusNames(dataDir))].filter((name) => name.endsWith('.ready'))
  return names.map((name) => name.slice(0, -'.ready'.length)).sort()
}

/** Segments that were begun but not finished; those that were only made ready for use are none of them. */
export const listBegun = async (dataDir: string): Promise<string[]> => {
  const status = await statusNames(dataDir)
  const open = (await listSegments(dataDir)).filter(
    (name) => !status.has(`${name}.ready`) && !status.has(`${name}.done`),
  )
  const begun: string[] = []
  for (const name of open) {
    const header = await readHeader(join(dataDir, 'pg_wal', name))
    const segment = header.segmentBytes > 0 ? parseSegment(name, header.segmentBytes) : undefined
    const belongs = segment && BigInt(segment.number) * BigInt(header.segmentBytes) === header.address
    if (belongs && segment.timeline === header.timeline) begun.push(name)
  }
  return begun
}
