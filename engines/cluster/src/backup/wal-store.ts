// The log in an archive: what is there, adding without ever overwriting, compacting, and the command by which
// Postgres gets it back.

import { constants } from 'node:fs'
import { open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import type { Observe } from '@plinth/contracts'
import { syncFolder } from '../durable-file.ts'
import { type Archive, unfinished } from './archive.ts'
import { backupErrors } from './errors.ts'
import { listBegun, listWaiting, openPlain } from './wal-segments.ts'

const zip = promisify(gzip)
const unzip = promisify(gunzip)

/** The last, unfinished segment of a timeline that was left; a finished one of that name comes first. */
const TAIL = '.tail'
const ZIPPED = '.gz'

/** Names in the log that a restore can ask for, whatever form they are kept in. */
export const listKept = async (archive: Archive): Promise<ReadonlySet<string>> => {
  const names = await readdir(archive.wal)
  return new Set(
    names.filter((name) => /^[0-9A-F]{8}/.test(name)).map((name) => name.replace(/\.(gz|tail)$/, '')),
  )
}

const read = async (file: string): Promise<Buffer | undefined> => {
  const handle = await openPlain(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (!handle) return undefined
  return handle.readFile().finally(() => handle.close())
}

const write = async (archive: Archive, name: string, bytes: Buffer): Promise<void> => {
  const { uid, gid } = archive.owner
  const draft = unfinished(archive.wal, name)
  await rm(draft, { force: true })
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
  const handle = await open(draft, flags, 0o600)
  try {
    await handle.writeFile(bytes)
    if (uid !== undefined && gid !== undefined) await handle.chown(uid, gid)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(draft, join(archive.wal, name))
  await syncFolder(archive.wal)
}

const readKept = async (archive: Archive, name: string): Promise<Buffer | undefined> => {
  const plain = await read(join(archive.wal, name))
  if (plain) return plain
  const zipped = await read(join(archive.wal, name + ZIPPED))
  return zipped && unzip(zipped)
}

const keep = async (archive: Archive, from: string, name: string): Promise<void> => {
  const bytes = await read(join(from, name))
  if (!bytes) return
  const kept = await readKept(archive, name)
  if (!kept) return write(archive, name, bytes)
  if (!kept.equals(bytes)) throw backupErrors.differs(name)
}

/** Keeps what Postgres finished but could not hand over any more. Only while its server is stopped. */
export const keepWaiting = async (archive: Archive, dataDir: string): Promise<void> => {
  for (const name of await listWaiting(dataDir)) await keep(archive, join(dataDir, 'pg_wal'), name)
}

/** Keeps the log to its very end, for a timeline that may be left now. Only while the server is stopped. */
export const keepAll = async (archive: Archive, dataDir: string): Promise<void> => {
  await keepWaiting(archive, dataDir)
  for (const name of await listBegun(dataDir)) {
    const bytes = await read(join(dataDir, 'pg_wal', name))
    if (bytes) await write(archive, name + TAIL, bytes)
  }
}

/** A piece that was fetched from elsewhere into `file`, kept small. Its owner is whoever brought it. */
export const keepFetched = async (archive: Archive, name: string, file: string): Promise<void> => {
  const bytes = await read(file)
  if (!bytes) return
  const isPiece = /^[0-9A-F]{24}$/.test(name)
  const kept = name.replace(/\.partial$/, TAIL)
  await (isPiece
    ? write(archive, name + ZIPPED, await zip(bytes, { level: 1 }))
    : write(archive, kept, bytes))
}

const isOld = async (file: string, before: number): Promise<boolean> => (await stat(file)).mtimeMs < before

const compact = async (archive: Archive, name: string): Promise<void> => {
  const plain = join(archive.wal, name)
  const [bytes, zipped] = await Promise.all([read(plain), read(plain + ZIPPED)])
  if (!bytes) return
  // Kept twice: Postgres was killed before it noted that it had handed the file over.
  if (zipped && !(await unzip(zipped)).equals(bytes)) throw backupErrors.differs(name)
  if (!zipped) await write(archive, name + ZIPPED, await zip(bytes, { level: 1 }))
  await rm(plain, { force: true })
}

export type CompactOptions = {
  readonly archive: Archive
  readonly observe: Observe
  /** Younger ones are left alone. */
  readonly olderThanMs?: number
}

const HOUR_MS = 3_600_000

/** Makes finished segments small: most are nearly empty. Not while a restore reads them. */
export const compactLog = async ({
  archive,
  observe,
  olderThanMs = 60_000,
}: CompactOptions): Promise<void> => {
  const now = Date.now()
  for (const name of await readdir(archive.wal)) {
    const file = join(archive.wal, name)
    // What the archive module or we had begun when we were killed.
    const isLeft = name.startsWith('archtemp.') || name.startsWith('.tmp-')
    if (isLeft && (await isOld(file, now - HOUR_MS))) await rm(file, { force: true })
    if (!/^[0-9A-F]{24}$/.test(name) || !(await isOld(file, now - olderThanMs))) continue
    await compact(archive, name).catch((error) =>
      observe({ level: 'error', event: 'archive.compact_failed', fields: { name }, error }),
    )
  }
}

/** Removes every form of these names. */
export const removeKept = async (archive: Archive, names: readonly string[]): Promise<void> => {
  for (const name of names)
    for (const form of [name, name + ZIPPED, name + TAIL]) await rm(join(archive.wal, form), { force: true })
}

/** Within single quotes a shell takes everything as it is; Postgres looks for `%` before. */
const shellQuote = (text: string): string => `'${text.replaceAll("'", `'\\''`).replaceAll('%', '%%')}'`

/**
 * Gives Postgres a file back, from whichever form it is kept in; says no when there is none. A piece that was cut short
 * is none: Postgres would not end before it, but fail.
 */
export const restoreCommand = (archive: Archive, segmentBytes: number): string => {
  const from = (ending: string) => `${shellQuote(`${archive.wal}/`)}%f${ending}`
  const take = (ending: string, command: string) => `{ test -f ${from(ending)} && ${command}; }`
  const isWhole = `case %f in *.*) ;; *) test "$(wc -c <${from('')})" -eq ${segmentBytes};; esac`
  return [
    take('', `${isWhole} && cp ${from('')} "%p"`),
    take(ZIPPED, `gzip -dc ${from(ZIPPED)} > "%p"`),
    take(TAIL, `cp ${from(TAIL)} "%p"`),
  ].join(' || ')
}
