// A folder that all test files of a run use and the first that needs it fills.

import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder of what is made once for all files. */
    sharedPlace: string
  }
}

const exists = (folder: string): boolean => statSync(folder, { throwIfNoEntry: false }) !== undefined

/** Whether we are the one who fills it. */
const claim = (folder: string): boolean => {
  try {
    mkdirSync(folder, { mode: 0o711 })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Resolves with its path when it is filled. To be read and copied, never written to. */
export const sharedFolder = async (
  name: string,
  fill: (folder: string) => Promise<void>,
): Promise<string> => {
  const folder = join(inject('sharedPlace'), name)
  const unfinished = `${folder}.new`
  while (!exists(folder)) {
    if (!claim(unfinished)) {
      await delay(50)
      continue
    }
    try {
      // Somebody may have finished between the two looks.
      if (!exists(folder)) {
        await fill(unfinished)
        renameSync(unfinished, folder)
      }
    } finally {
      rmSync(unfinished, { recursive: true, force: true })
    }
  }
  return folder
}
