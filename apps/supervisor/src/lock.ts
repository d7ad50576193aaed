// One supervisor for each data folder. The lock names its holder by number and start, so that the lock of a
// supervisor that was killed is known to be stale.

import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { findProcess } from '@plinth/process'
import { errors } from './errors.ts'

type Holder = { readonly pid: number; readonly startTime: string }

const readHolder = async (file: string): Promise<Holder | undefined> => {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Holder
  } catch {
    return undefined
  }
}

const isRunning = (holder: Holder | undefined): holder is Holder =>
  holder !== undefined && findProcess(holder.pid)?.startTime === holder.startTime

/** A hard link is made in one step and fails when the name is taken: only one can succeed. */
const claim = (draft: string, file: string): Promise<boolean> =>
  link(draft, file).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false
      throw error
    },
  )

/**
 * Moves a stale lock out of the way. Between looking and moving, another starter may have put its own lock there:
 * then that one is put back.
 */
const clearStale = async (file: string): Promise<void> => {
  const aside = `${file}.stale.${process.pid}`
  const moved = await rename(file, aside).then(
    () => true,
    () => false,
  )
  if (moved && isRunning(await readHolder(aside))) await claim(aside, file)
  await rm(aside, { force: true })
}

/** Takes the lock or throws who holds it. The answer gives it back. */
export const takeLock = async (file: string): Promise<() => Promise<void>> => {
  const me: Holder = { pid: process.pid, startTime: findProcess(process.pid)?.startTime ?? '' }
  const draft = `${file}.${process.pid}`
  await writeFile(draft, JSON.stringify(me), { mode: 0o600 })
  try {
    while (!(await claim(draft, file))) {
      const holder = await readHolder(file)
      if (isRunning(holder)) throw errors.alreadyRunning(holder.pid, file)
      await clearStale(file)
    }
  } finally {
    await rm(draft, { force: true })
  }
  return () => rm(file, { force: true })
}
