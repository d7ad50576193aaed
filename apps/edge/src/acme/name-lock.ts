// One order at a time for a name, among all processes that share the data folder.

import { mkdir, open, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** No order takes as long. */
const staleMs = 600_000

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/**
 * Whether whoever made the lock is gone. Two who find that at once may both go on: the worst is one order too many,
 * whose certificate is as good as the other's.
 */
const isLeft = async (file: string): Promise<boolean> => {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(file, 'utf8'), stat(file)])
    // Empty while it is being written.
    return Date.now() - mtimeMs > staleMs || (text !== '' && !isAlive(Number(text)))
  } catch {
    return true
  }
}

/** Runs `work` with the lock of the name; `undefined` when another process has it. */
export const withNameLock = async <T>(
  folder: string,
  name: string,
  work: () => Promise<T>,
): Promise<T | undefined> => {
  const file = join(folder, name)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const take = () => open(file, 'wx', 0o600).catch(() => undefined)
  let held = await take()
  if (held === undefined && (await isLeft(file))) {
    await rm(file, { force: true })
    held = await take()
  }
  if (held === undefined) return undefined
  try {
    await held.writeFile(String(process.pid))
    await held.close()
    return await work()
  } finally {
    await rm(file, { force: true })
  }
}
