// Files of ours that survive a power cut: whole, or as they were before.

import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Makes a folder's names durable: renames and removals in it. */
export const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r')
  await handle.sync().finally(() => handle.close())
}

/** Replaces a file in one step (0600); resolves when text and name are on the disk. */
export const writeDurably = async (file: string, text: string): Promise<void> => {
  const draft = `${file}.new`
  const handle = await open(draft, 'w', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(draft, file)
  await syncFolder(dirname(file))
}
