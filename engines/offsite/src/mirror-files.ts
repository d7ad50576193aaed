// The installation's own files: specs, users, passwords of its programs, its authority, what archives say of themselves.
// All but the installation key, without which nothing in the bucket can be opened.

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { Place } from './place.ts'

/** What is large, is made again, or has its own way into the bucket. */
const left: ReadonlySet<string> = new Set([
  'clusters',
  'archive',
  'templates',
  'logs',
  'deleted',
  'offsite',
  'run',
  'installation.key',
])

/** Beside the log and the backups of an archive: its ledger, the key of its vault. */
const listNotes = async (data: string): Promise<string[]> => {
  const archives = await readdir(join(data, 'archive')).catch((): string[] => [])
  const found = archives.map(async (name) => {
    const entries = await readdir(join(data, 'archive', name), { withFileTypes: true }).catch(() => [])
    return entries.filter((one) => one.isFile()).map((one) => join('archive', name, one.name))
  })
  return (await Promise.all(found)).flat()
}

const listFiles = async (data: string): Promise<readonly string[]> => {
  const top = await readdir(data, { withFileTypes: true })
  const files: string[] = await listNotes(data)
  for (const entry of top) {
    if (left.has(entry.name)) continue
    if (entry.isFile()) files.push(entry.name)
    if (!entry.isDirectory()) continue
    const below = await readdir(join(data, entry.name), { withFileTypes: true, recursive: true })
    files.push(
      ...below.filter((one) => one.isFile()).map((one) => relative(data, join(one.parentPath, one.name))),
    )
  }
  return files.filter((file) => !/\.(lock|sock|pid|log|new)$/.test(file))
}

/** `known` is kept by the caller between two calls. */
export const mirrorFiles = async (
  place: Place,
  data: string,
  known: Map<string, string>,
): Promise<number> => {
  const names = await listFiles(data)
  let put = 0
  for (const name of names) {
    const digest = createHash('sha256')
      .update(await readFile(join(data, name)))
      .digest('hex')
    if (known.get(name) === digest) continue
    await place.put(`files/${name}`, createReadStream(join(data, name)))
    known.set(name, digest)
    put += 1
  }
  // An archive that was lost takes nothing along; what belonged to a branch that was removed goes with it.
  const gone = [...known.keys()].filter((name) => !names.includes(name) && !name.startsWith('archive/'))
  if (gone.length > 0) await place.remove(gone.map((name) => `files/${name}`))
  for (const name of gone) known.delete(name)
  return put
}
