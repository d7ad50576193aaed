// One launcher for each data folder. The lock names its holder, so that a crashed one is told from a living one.

import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findProcess } from '@plinth/process'

type Holder = { readonly pid: number; readonly startTime: string }

export type Lock =
  | { readonly held: true; readonly release: () => Promise<void> }
  | { readonly held: false; readonly pid: number }

const readHolder = async (file: string): Promise<Holder | undefined> => {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (!text) return undefined
  const holder = JSON.parse(text) as Holder
  return findProcess(holder.pid)?.startTime === holder.startTime ? holder : undefined
}

/** A hard link is made in one step and fails when the name exists: two launchers cannot both succeed. */
const claim = async (file: string, draft: string): Promise<boolean> => {
  try {
    await link(draft, file)
    return true
  } catch {
    return false
  }
}

export const takeLock = async (data: string): Promise<Lock> => {
  const file = join(data, 'lock')
  const draft = `${file}.${process.pid}`
  const startTime = findProcess(process.pid)?.startTime ?? ''
  await writeFile(draft, JSON.stringify({ pid: process.pid, startTime } satisfies Holder), { mode: 0o600 })
  try {
    for (;;) {
      if (await claim(file, draft)) return { held: true, release: () => rm(file, { force: true }) }
      const holder = await readHolder(file)
      if (holder) return { held: false, pid: holder.pid }
      await rm(file, { force: true })
    }
  } finally {
    await rm(draft, { force: true })
  }
}
