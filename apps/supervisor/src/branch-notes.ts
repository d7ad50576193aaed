// What the supervisor remembers about a branch beside its data: what its database has been given, and which
// process is its stack. In a folder that the branch's own user cannot write.

import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type RestoreTarget, writeDurably } from '@plinth/cluster'
import { DatabasePasswords, RestoreWish } from '@plinth/contracts'
import { seal, unseal } from '@plinth/crypto'
import { z } from 'zod'
import type { StackTrace } from './stack-process.ts'

const DatabaseState = z.object({
  passwords: DatabasePasswords,
  /** Digest of the histories that were applied. */
  schema: z.string(),
  /** Which of the branch's databases it is. */
  edition: z.int().default(1),
  /** The newest order of a restart that was followed. */
  restartVersion: z.int().optional(),
})
export type DatabaseState = z.infer<typeof DatabaseState>

export type BranchNotes = {
  /** What the database has; `undefined` until it was completed once. */
  readonly readDatabase: () => Promise<DatabaseState | undefined>
  readonly writeDatabase: (state: DatabaseState) => Promise<void>
  readonly forgetDatabase: () => Promise<void>
  /** The restore that was accepted and is not over. */
  readonly readWish: () => Promise<RestoreTarget | undefined>
  readonly writeWish: (target: RestoreTarget) => Promise<void>
  readonly forgetWish: () => Promise<void>
  readonly readStack: () => Promise<StackTrace | undefined>
  readonly writeStack: (trace: StackTrace | undefined) => Promise<void>
}

const read = (file: string): Promise<string | undefined> =>
  readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })

export const makeNotes = (home: string, key: Buffer): BranchNotes => {
  const database = join(home, 'database.sealed')
  const stack = join(home, 'stack.json')
  const wish = join(home, 'restore-wish.json')
  return {
    readDatabase: async () => {
      const sealed = await read(database)
      if (sealed === undefined) return undefined
      return DatabaseState.parse(JSON.parse(unseal(key, sealed).toString('utf8')))
    },
    writeDatabase: (state) => writeDurably(database, seal(key, JSON.stringify(state))),
    forgetDatabase: () => rm(database, { force: true }),
    readWish: async () => {
      const text = await read(wish)
      return text === undefined ? undefined : RestoreWish.parse(JSON.parse(text)).target
    },
    writeWish: (target) => writeDurably(wish, JSON.stringify({ target })),
    forgetWish: () => rm(wish, { force: true }),
    readStack: async () => {
      const text = await read(stack)
      try {
        return text === undefined ? undefined : (JSON.parse(text) as StackTrace)
      } catch {
        // Cut off by a crash of the host, which the process did not survive either.
        return undefined
      }
    },
    writeStack: (trace) => (trace ? writeFile(stack, JSON.stringify(trace)) : rm(stack, { force: true })),
  }
}
