// What is written down of a restore while it goes on, beside the data directory, so that a crash in the middle
// is taken up where it was.

import { readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { syncFolder, writeDurably } from '../durable-file.ts'
import type { RestoreTarget } from './plan-restore.ts'
import type { RestoreStatus } from './restore-status.ts'
import type { Timeline } from './timelines.ts'

/** `home`, the folder it lies in, is ours alone. */
export type RestoreJournal = {
  readonly target: RestoreTarget
  readonly status: Extract<RestoreStatus, 'recovering' | 'swapping'>
  /** Name of the folder beside the data directory in which the new one is made. */
  readonly fresh: string
  /** Known from `swapping` on. */
  readonly timeline?: Timeline
}

/** How the folders of new data directories begin, until these are put in place. */
export const FRESH = 'restoring-'

const journalIn = (home: string): string => join(home, 'restore.json')

/** The directory that was replaced, kept until the next backup. */
const replacedIn = (home: string): string => join(home, 'replaced')

/** The restore that is not finished yet. */
export const findRestore = async (home: string): Promise<RestoreJournal | undefined> => {
  const text = await readFile(journalIn(home), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  // Written durably by us alone.
  return text === undefined ? undefined : (JSON.parse(text) as RestoreJournal)
}

export const writeJournal = (home: string, journal: RestoreJournal): Promise<void> =>
  writeDurably(journalIn(home), JSON.stringify(journal))

export const closeJournal = async (home: string): Promise<void> => {
  await rm(journalIn(home), { force: true })
  await syncFolder(home)
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

/**
 * Puts the fresh directory in place of the one in use. As long as there is a fresh one, what is in place is the
 * old one: repeated after a crash, it goes on from there.
 */
export const swapIn = async (home: string, dataDir: string, fresh: string): Promise<void> => {
  const replaced = replacedIn(home)
  if (!(await exists(fresh))) return
  if (await exists(dataDir)) {
    await rm(replaced, { recursive: true, force: true })
    await rename(dataDir, replaced)
  }
  await rename(fresh, dataDir)
  await syncFolder(home)
}

/** After a backup of the new state the old one is not needed any more. */
export const forgetReplaced = (home: string): Promise<void> =>
  rm(replacedIn(home), { recursive: true, force: true })
