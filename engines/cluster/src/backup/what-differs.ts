// A new copy begins with a copy of the template, of which most databases still hold most files: the system's tables
// of three databases. Files that were never written to since are told by size and time of change, to the nanosecond.
// What a power cut takes from a time of change, recovery writes again.

import { type BigIntStats, type Dirent, lstatSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const find = (path: string): BigIntStats | undefined =>
  lstatSync(path, { bigint: true, throwIfNoEntry: false })

const isSame = (source: string, copy: string): boolean => {
  const [one, other] = [find(source), find(copy)]
  if (!one?.isFile() || !other?.isFile()) return false
  return one.size === other.size && one.mtimeNs === other.mtimeNs && one.mode === other.mode
}

/** A running server removes folders as it goes. */
const list = (folder: string): Dirent[] => {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/**
 * Removes from `to` what `from` does not have, or has otherwise; resolves to the paths within `from` that are missing
 * then. Nobody but us may write to `to` meanwhile. Synchronous as `chownTree` is, and for the same reason.
 */
export const keepOnlySame = (
  from: string,
  to: string,
  isWanted: (name: string) => boolean = () => true,
): string[] => {
  const wanted = new Map(list(from).map((entry) => [entry.name, entry]))
  const kept = new Set<string>()
  const missing: string[] = []
  for (const there of list(to)) {
    const { name } = there
    const entry = isWanted(name) ? wanted.get(name) : undefined
    const [source, copy] = [join(from, name), join(to, name)]
    if (entry?.isDirectory() && there.isDirectory()) {
      missing.push(...keepOnlySame(source, copy).map((path) => join(name, path)))
      kept.add(name)
    } else if (entry && isSame(source, copy)) kept.add(name)
    else rmSync(copy, { recursive: true })
  }
  return [...missing, ...[...wanted.keys()].filter((name) => isWanted(name) && !kept.has(name))]
}
