// A base backup from the bucket: made beside and renamed, so that nobody meets half of one. What is the same in a backup
// that was fetched before is not fetched again; the two share it, as they did where they were made.

import { chmod, link, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import { offsiteErrors } from './errors.ts'
import type { Place } from './place.ts'
import { type BackupList, readList } from './send-backup.ts'

/** Where files of this content and these names are already. Names count: no two files of one backup may become one. */
export type Fetched = Map<string, readonly string[]>

type Group = BackupList['groups'][number]

const contentOf = ({ files, pieces }: Group): string => JSON.stringify([files, pieces])

const isInside = (path: string): boolean => normalize(path) === path && !/^(\.\.|\/)/.test(path)

const writeGroup = async (place: Place, prefix: string, root: string, group: Group): Promise<void> => {
  const pieces = group.pieces.values()
  let held = Buffer.alloc(0)
  for (const { path, mode, size } of group.files) {
    const file = await open(join(root, path), 'wx', mode)
    try {
      for (let left = size; left > 0; ) {
        if (held.length === 0) {
          const { value } = pieces.next()
          if (value === undefined) throw offsiteErrors.damaged(path)
          held = Buffer.from(await place.read(prefix + value))
        }
        const part = held.subarray(0, left)
        await file.writeFile(part)
        left -= part.length
        held = held.subarray(part.length)
      }
      await file.chmod(mode)
    } finally {
      await file.close()
    }
  }
}

const linkGroup = async (from: readonly string[], root: string, { files }: Group): Promise<boolean> => {
  for (const [index, { path }] of files.entries()) {
    const isLinked = await link(from[index] ?? '', join(root, path)).then(
      () => true,
      () => false,
    )
    if (isLinked) continue
    // A file has only so many names, and some file systems give it only one.
    for (const { path: made } of files.slice(0, index)) await rm(join(root, made))
    return false
  }
  return true
}

export type FetchBackupOptions = {
  readonly place: Place
  readonly listName: string
  readonly piecePrefix: string
  /** The backup's folder, which does not exist. */
  readonly folder: string
  readonly fetched: Fetched
}

export const fetchBackup = async (options: FetchBackupOptions): Promise<void> => {
  const { place, listName, piecePrefix, folder, fetched } = options
  const list = await readList(place, listName)
  const all = [...list.folders, ...list.groups.flatMap(({ files }) => files)]
  // Sealed by us, yet no name leads out of the folder.
  if (!all.every(({ path }) => isInside(path))) throw offsiteErrors.damaged(listName)
  const beside = join(dirname(folder), `.tmp-${folder.slice(dirname(folder).length + 1)}`)
  await rm(beside, { recursive: true, force: true })
  await mkdir(beside, { recursive: true, mode: 0o711 })
  try {
    for (const { path } of list.folders) await mkdir(join(beside, path), { recursive: true, mode: 0o700 })
    for (const group of list.groups) {
      const known = fetched.get(contentOf(group))
      if (!(known && (await linkGroup(known, beside, group))))
        await writeGroup(place, piecePrefix, beside, group)
    }
    for (const { path, mode } of list.folders) await chmod(join(beside, path), mode)
    await rename(beside, folder)
    for (const group of list.groups)
      fetched.set(
        contentOf(group),
        group.files.map(({ path }) => join(folder, path)),
      )
  } catch (error) {
    await rm(beside, { recursive: true, force: true })
    throw error
  }
}
