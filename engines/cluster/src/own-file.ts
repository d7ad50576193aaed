// Files inside a data directory belong to the branch's user, while the platform may be root: a link put
// there must never lead a read or a write elsewhere.

import { constants } from 'node:fs'
import { open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/** The text of a plain file, or undefined when there is none. */
export const readOwnFile = async (file: string): Promise<string | undefined> => {
  try {
    const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      return (await handle.stat()).isFile() ? await handle.readFile('utf8') : undefined
    } finally {
      await handle.close()
    }
  } catch {
    return undefined
  }
}

/** Puts a file of 0600 in place in one step, owned by whoever owns the folder. */
export const writeOwnFile = async (file: string, text: string): Promise<void> => {
  const owner = await stat(dirname(file))
  const beside = `${file}.${process.pid}.new`
  await rm(beside, { force: true })
  const handle = await open(
    beside,
    constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
    0o600,
  )
  try {
    await handle.writeFile(text)
    if (process.getuid?.() === 0) await handle.chown(owner.uid, owner.gid)
  } finally {
    await handle.close()
  }
  await rename(beside, file)
}
