// New branches in milliseconds: copies of the golden template are made ahead of time, and taking one is a
// rename.

import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { History, Observe } from '@plinth/contracts'
import { clusterErrors } from './errors.ts'
import { foundation } from './foundation.ts'
import { ensureGolden } from './golden.ts'
import type { Runtime } from './runtime.ts'
import { newSystemIdentifier } from './system-identifier.ts'
import { chownTree, copyTree, syncTree } from './tree.ts'

export type TemplatesOptions = {
  readonly runtime: Runtime
  /** The platform's folder for templates, on the same file system as the data directories. */
  readonly folder: string
  /** What is applied after the foundation, in this order. */
  readonly histories: readonly History[]
  /** Copies held ready. */
  readonly size?: number
  readonly observe: Observe
}

export type Target = {
  readonly dataDir: string
  readonly uid?: number | undefined
  readonly gid?: number | undefined
}

export type Templates = {
  /** Puts a fresh data directory in place; the target must not exist, or be empty. */
  readonly take: (target: Target) => Promise<void>
  /** Moves a copy there that is ready, for somebody who makes something else of it; `false` when none is. */
  readonly giveReady: (to: string) => Promise<boolean>
  /** Resolves when all copies are ready; happens by itself when nobody takes any for a moment. */
  readonly refill: () => Promise<void>
  readonly close: () => Promise<void>
}

/** Copying takes a processor and the disk: it waits until the project that took a copy has started. */
const QUIET_MS = 1_000
/** A branch takes longer to start than a project. */
const QUIET_AFTER_BRANCH_MS = 3_000

const makeCopy = async (home: string): Promise<string> => {
  const unfinished = join(home, 'ready', `.tmp-${randomUUID()}`)
  const finished = join(home, 'ready', randomUUID())
  await copyTree(join(home, 'golden'), unfinished)
  await newSystemIdentifier(unfinished)
  await syncTree(unfinished)
  await rename(unfinished, finished)
  return finished
}

const findCopies = async (home: string): Promise<string[]> => {
  const ready = join(home, 'ready')
  await mkdir(ready, { recursive: true, mode: 0o700 })
  const names = await readdir(ready)
  const unfinished = names.filter((name) => name.startsWith('.tmp-'))
  for (const name of unfinished) await rm(join(ready, name), { recursive: true, force: true })
  return names.filter((name) => !unfinished.includes(name)).map((name) => join(ready, name))
}

const place = async (copy: string, { dataDir, uid, gid }: Target): Promise<void> => {
  if (uid !== undefined && gid !== undefined) chownTree(copy, uid, gid)
  await mkdir(dirname(dataDir), { recursive: true, mode: 0o711 })
  await rename(copy, dataDir).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOTEMPTY' || error.code === 'EEXIST' ? clusterErrors.dataDirTaken(dataDir) : error
  })
}

/** Opens the pool; builds the template first when something in it changed. */
export const openTemplates = async (options: TemplatesOptions): Promise<Templates> => {
  const { runtime, folder, observe, size = 3 } = options
  const histories = [foundation, ...options.histories]
  const home = await ensureGolden({ runtime, folder, histories })
  const copies = await findCopies(home)
  let filling: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let closed = false

  const fill = async (): Promise<void> => {
    while (copies.length < size && !closed) copies.push(await makeCopy(home))
  }
  const refill = (): Promise<void> => {
    filling ??= fill().finally(() => {
      filling = undefined
    })
    return filling
  }
  const refillWhenQuiet = (quietMs = QUIET_MS): void => {
    clearTimeout(timer)
    if (closed) return
    timer = setTimeout(() => {
      refill().catch((error) => observe({ level: 'warn', event: 'template.copy_failed', error }))
    }, quietMs).unref()
  }
  refillWhenQuiet()

  return {
    take: async (target) => {
      const copy = copies.shift() ?? (await makeCopy(home))
      try {
        await place(copy, target)
      } catch (error) {
        await rm(copy, { recursive: true, force: true })
        throw error
      } finally {
        refillWhenQuiet()
      }
    },
    giveReady: async (to) => {
      // `cp` elsewhere cannot add to a tree.
      const copy = process.platform === 'linux' ? copies.shift() : undefined
      if (copy === undefined) return false
      refillWhenQuiet(QUIET_AFTER_BRANCH_MS)
      await rename(copy, to)
      return true
    },
    refill,
    close: async () => {
      closed = true
      clearTimeout(timer)
      await filling?.catch(() => undefined)
    },
  }
}
