// The way back: everything of an installation, from the bucket into a data folder. What is there already, from a try that
// was interrupted, is whole and stays.

import { createWriteStream } from 'node:fs'
import { access, mkdir, rename } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import { type Fetched, fetchBackup } from './fetch-backup.ts'
import type { Place } from './place.ts'

export type FetchOptions = {
  readonly place: Place
  /** The data folder. */
  readonly data: string
  readonly onProgress?: (done: number, total: number) => void
}

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  )

const fetchFile = async (place: Place, name: string, file: string, zipped = false): Promise<void> => {
  if (await isThere(file)) return
  await mkdir(dirname(file), { recursive: true, mode: 0o711 })
  const draft = `${file}.new`
  await place.get(name, () => createWriteStream(draft, { mode: 0o600 }), { zipped })
  await rename(draft, file)
}

/** `archive/one/base/id.json` is the list of a backup, whose folder has the same name without its end. */
const fetchBase = async (place: Place, name: string, file: string, fetched: Fetched): Promise<void> => {
  const folder = file.replace(/\.json$/, '')
  if (await isThere(folder)) return
  await fetchBackup({
    place,
    listName: name,
    piecePrefix: `${dirname(dirname(name))}/pieces/`,
    folder,
    fetched,
  })
}

const placeOf = async ({ place, data }: FetchOptions, name: string, fetched: Fetched): Promise<void> => {
  const [kind, ...rest] = name.split('/')
  const path = rest.join('/')
  // Sealed by us, yet no name leads out of the folder.
  if (normalize(path) !== path || path.startsWith('..')) return
  if (kind === 'files') return fetchFile(place, name, join(data, path))
  if (kind !== 'archive') return
  const file = join(data, 'archive', path)
  const [, part] = rest
  if (part === 'base') return fetchBase(place, name, file, fetched)
  const isSegment = part === 'wal' && !file.endsWith('.tail')
  return fetchFile(place, name, isSegment ? `${file}.gz` : file, isSegment)
}

/** Gives back how many objects there were; 0 when the bucket knows nothing of this installation. */
export const fetchAll = async (options: FetchOptions): Promise<number> => {
  const all = await options.place.list('')
  // Pieces are fetched with the backups that need them.
  const names = all.filter((name) => !/^archive\/[^/]+\/pieces\//.test(name))
  const fetched: Fetched = new Map()
  let done = 0
  for (const name of names) {
    await placeOf(options, name, fetched)
    done += 1
    options.onProgress?.(done, names.length)
  }
  return names.length
}
