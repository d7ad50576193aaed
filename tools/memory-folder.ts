// Where tests put their files. They start and throw away some hundred databases, and what they prove of kills and power
// cuts holds for every file system: in memory where the machine has plenty, so that nobody waits for the disk.

import { readFile, statfs } from 'node:fs/promises'

const gib = 2 ** 30
const place = '/dev/shm'

/** Programs are run from there, too. */
const mayRunPrograms = (mounts: string): boolean =>
  mounts.split('\n').some((line) => {
    const [, folder, type, options = ''] = line.split(' ')
    return folder === place && type === 'tmpfs' && !options.split(',').includes('noexec')
  })

/** A folder in memory with room for a run of all tests; `undefined` where the usual one for temporary files has to do. */
export const findMemoryFolder = async (): Promise<string | undefined> => {
  const mounts = await readFile('/proc/mounts', 'utf8').catch(() => '')
  if (!mayRunPrograms(mounts) || process.availableMemory() < 12 * gib) return undefined
  const { bavail, bsize } = await statfs(place)
  return bavail * bsize < 8 * gib ? undefined : place
}
