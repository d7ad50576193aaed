// The list of a backup's files with their checksums, in Postgres' own format: `pg_verifybackup` reads it too.

import { createHash, hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { link, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Lsn } from './wal-position.ts'

export type ManifestFile = { readonly path: string; readonly size: number; readonly sha256: string }

const MANIFEST = 'backup_manifest'

/** Larger files are read piece by piece. */
const SMALL_BYTES = 4 * 2 ** 20

const digestOf = async (file: string, size: number, signal?: AbortSignal): Promise<string> => {
  if (size <= SMALL_BYTES) return hash('sha256', await readFile(file))
  const digest = createHash('sha256')
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), digest, signal ? { signal } : {})
  return digest.digest('hex')
}

/** All files but the manifest itself and the log, whose every record carries its own checksum. */
const listFiles = async (root: string): Promise<string[]> => {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => path !== MANIFEST && !path.startsWith('pg_wal/'))
    .sort()
}

/** Reads every file once. */
export const listChecksums = async (root: string, signal?: AbortSignal): Promise<readonly ManifestFile[]> => {
  const files: ManifestFile[] = []
  for (const path of await listFiles(root)) {
    const file = join(root, path)
    const { size } = await stat(file)
    const sha256 = await digestOf(file, size, signal)
    signal?.throwIfAborted()
    files.push({ path, size, sha256 })
  }
  return files
}

export type ManifestFacts = {
  readonly systemIdentifier: bigint
  readonly major: number
  readonly timeline: number
  readonly startLsn: Lsn
  readonly endLsn: Lsn
}

const renderFile = ({ path, size, sha256 }: ManifestFile): string =>
  `{ "Path": ${JSON.stringify(path)}, "Size": ${size}, "Checksum-Algorithm": "SHA256", "Checksum": "${sha256}" }`

/** Version 2 came with Postgres 17 and names the system. */
const renderHead = ({ major, systemIdentifier }: ManifestFacts): string =>
  major >= 17
    ? `{ "PostgreSQL-Backup-Manifest-Version": 2,\n"System-Identifier": ${systemIdentifier},\n`
    : '{ "PostgreSQL-Backup-Manifest-Version": 1,\n'

const render = (files: readonly ManifestFile[], facts: ManifestFacts): string => {
  const { timeline, startLsn, endLsn } = facts
  const range = `{ "Timeline": ${timeline}, "Start-LSN": "${startLsn}", "End-LSN": "${endLsn}" }`
  const listed = `"Files": [\n${files.map(renderFile).join(',\n')}\n],\n`
  const body = `${renderHead(facts)}${listed}"WAL-Ranges": [\n${range}\n],\n`
  return `${body}"Manifest-Checksum": "${hash('sha256', body)}"}\n`
}

export const writeManifest = (
  root: string,
  files: readonly ManifestFile[],
  facts: ManifestFacts,
): Promise<void> => writeFile(join(root, MANIFEST), render(files, facts), { mode: 0o600 })

type ManifestText = { readonly Files: readonly { Path: string; Size: number; Checksum: string }[] }

/** The files that a backup should have; `undefined` when its list is missing or was changed. */
export const readManifest = async (root: string): Promise<readonly ManifestFile[] | undefined> => {
  const text = await readFile(join(root, MANIFEST), 'utf8').catch(() => '')
  const end = text.lastIndexOf('"Manifest-Checksum": "')
  if (end < 0 || !text.slice(end).includes(hash('sha256', text.slice(0, end)))) return undefined
  // Its checksum says that this is what `render` wrote.
  const { Files } = JSON.parse(text) as ManifestText
  return Files.map(({ Path, Size, Checksum }) => ({ path: Path, size: Size, sha256: Checksum }))
}

/** What is wrong with the files, in words; nothing when all is well. */
export const findDamage = async (root: string): Promise<readonly string[]> => {
  const listed = await readManifest(root)
  if (!listed) return ['its list of files is missing or was changed']
  const found = new Map((await listChecksums(root)).map((file) => [file.path, file]))
  const damage = listed.flatMap((file) => {
    const real = found.get(file.path)
    found.delete(file.path)
    if (!real) return [`${file.path} is missing`]
    return real.sha256 === file.sha256 && real.size === file.size ? [] : [`${file.path} was changed`]
  })
  return [...damage, ...[...found.keys()].map((path) => `${path} does not belong to it`)]
}

/** Files that are the same as in the backup before become one with them; both are never written again. */
export const shareWith = async (
  root: string,
  files: readonly ManifestFile[],
  before: string,
): Promise<void> => {
  const known = new Map((await readManifest(before))?.map((file) => [file.path, file.sha256]))
  for (const { path, size, sha256 } of files) {
    if (size === 0 || known.get(path) !== sha256) continue
    const beside = join(root, `${path}.same`)
    // A file has only so many names: then it stays the copy that it is.
    const linked = await link(join(before, path), beside).catch(() => 'not')
    if (linked !== 'not') await rename(beside, join(root, path))
  }
}
