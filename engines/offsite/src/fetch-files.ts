// The way back of the installation's own files, from the bucket into a data folder. What is there already, from a try that
// was interrupted, is whole and stays.

import { createWriteStream } from 'node:fs'
import { access, mkdir, rename } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import type { Place } from './place.ts'

export type FetchOptions = {
  readonly place: Place
  /** The data folder. */
  readonly data: string
}

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  )

const fetchFile = async (place: Place, name: string, file: string): Promise<void> => {
  if (await isThere(file)) return
  await mkdir(dirname(file), { recursive: true, mode: 0o711 })
  const draft = `${file}.new`
  await place.get(name, () => createWriteStream(draft, { mode: 0o600 }))
  await rename(draft, file)
}

/** Gives back how many files there were; 0 when the bucket knows nothing of this installation. */
export const fetchFiles = async ({ place, data }: FetchOptions): Promise<number> => {
  const names = await place.list('files/')
  for (const name of names) {
    const path = name.slice('files/'.length)
    // Sealed by us, yet no name leads out of the folder.
    if (normalize(path) !== path || path.startsWith('..') || path.startsWith('/')) continue
    await fetchFile(place, name, join(data, path))
  }
  return names.length
}
