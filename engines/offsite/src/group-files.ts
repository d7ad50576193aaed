// The files of a base backup in groups that are stable: a large file is a group, small ones share one with their
// neighbours. Where a group ends depends on names, so that a file more or less changes no group but its own.

import { hash } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'

export type PackedFile = { readonly path: string; readonly mode: number; readonly size: number }
export type PackedFolder = { readonly path: string; readonly mode: number }

/** Pages of a database change where they are, so cutting at fixed places finds what stayed as it was. */
export const PIECE_BYTES = 4 * 2 ** 20

const isSmall = ({ size }: PackedFile): boolean => size < PIECE_BYTES / 4

/** About every sixty-fourth name ends a group. */
const endsGroup = ({ path }: PackedFile): boolean =>
  Number.parseInt(hash('md5', path).slice(0, 4), 16) % 64 === 0

export const groupFiles = (files: readonly PackedFile[]): readonly (readonly PackedFile[])[] => {
  const groups: PackedFile[][] = []
  let small: PackedFile[] = []
  const close = (): void => {
    if (small.length > 0) groups.push(small)
    small = []
  }
  for (const file of files) {
    if (!isSmall(file)) {
      groups.push([file])
      continue
    }
    small.push(file)
    if (endsGroup(file)) close()
  }
  close()
  return groups
}

/** Sorted by path. */
export const listTree = async (
  root: string,
): Promise<{ readonly folders: readonly PackedFolder[]; readonly files: readonly PackedFile[] }> => {
  const folders: PackedFolder[] = []
  const files: PackedFile[] = []
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  for (const path of entries.map((one) => relative(root, join(one.parentPath, one.name))).sort()) {
    const found = await stat(join(root, path))
    const mode = found.mode & 0o777
    if (found.isDirectory()) folders.push({ path, mode })
    else files.push({ path, mode, size: found.size })
  }
  return { folders, files }
}
