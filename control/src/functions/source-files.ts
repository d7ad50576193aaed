// The files of a deployment: safe paths, bounded size, zips unpacked.

import { posix } from 'node:path'
import { errors } from './errors.ts'
import { isZip, unzip } from './unzip.ts'

export type SourceFile = { readonly path: string; readonly bytes: Buffer }

const megabyte = 1024 * 1024
const mostMegabytes = 20
const mostFiles = 2000

/** `./a//b/../c.ts` → `a/c.ts`. Nothing may lead out of the function's own folder. */
const safePath = (path: string): string => {
  const normal = posix.normalize(path.replaceAll('\\', '/'))
  if (normal.startsWith('..') || posix.isAbsolute(normal) || normal === '.') throw errors.badPath(path)
  return normal
}

/** Files as they came → files as they are kept: sorted by path, the last one of a path wins. */
export const readFiles = (sent: readonly SourceFile[]): readonly SourceFile[] => {
  const limit = mostMegabytes * megabyte
  const unpacked = sent.flatMap((file) => (isZip(file.bytes) ? unzip(file.bytes, limit) : [file]))
  const files = new Map(unpacked.map(({ path, bytes }) => [safePath(path), bytes]))
  if (files.size === 0) throw errors.noFiles()
  if (files.size > mostFiles) throw errors.tooManyFiles(mostFiles)
  const size = [...files.values()].reduce((sum, bytes) => sum + bytes.length, 0)
  if (size > limit) throw errors.tooLarge(mostMegabytes)
  return [...files.entries()]
    .map(([path, bytes]) => ({ path, bytes }))
    .toSorted((left, right) => (left.path < right.path ? -1 : 1))
}

const ownFolder = /^(file:\/\/)?\/tmp\/user_fn_[^/]+\/source\//

/**
 * The file a client means: by its path, or by its end where one client sends whole paths and names files by
 * their last part. Paths as we show them are taken too.
 */
export const findFile = (files: readonly SourceFile[], wanted: string): SourceFile | undefined => {
  const path = posix.normalize(wanted.replace(ownFolder, '').replace(/^file:\/\/\/?/, ''))
  const exact = files.find((file) => file.path === path)
  if (exact !== undefined) return exact
  const ending = files.filter((file) => file.path.endsWith(`/${path}`) || path.endsWith(`/${file.path}`))
  return ending.length === 1 ? ending[0] : undefined
}
