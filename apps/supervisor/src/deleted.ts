// Databases of deleted branches, kept for a while: a deletion by mistake can be made good by a new branch that is a
// copy of one. They lie in a folder of their own and keep their system user until they are gone for good.

import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { ProjectRef } from '@plinth/contracts'

export type DeletedBranch = { readonly ref: ProjectRef; readonly deletedAt: Date }

export type Deleted = {
  /** Moves what lies around a branch's data, as a whole; nothing is kept of one that has no data. */
  readonly keep: (ref: ProjectRef, home: string) => Promise<void>
  /** Where it lies now, if it is kept. */
  readonly homeOf: (ref: ProjectRef) => Promise<string | undefined>
  readonly list: () => Promise<readonly DeletedBranch[]>
  readonly forget: (ref: ProjectRef) => Promise<void>
  /** Whether its time is over. */
  readonly isOver: (branch: DeletedBranch) => boolean
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

/** The time of day as it goes on from now, whatever the clock is set to. */
const unsetClock = (): (() => number) => {
  const [from, at] = [Date.now(), performance.now()]
  return () => from + performance.now() - at
}

export const openDeleted = async (folder: string, keepMs: number): Promise<Deleted> => {
  // A clock that jumps forward must not make the time over of what was deleted just now.
  const now = unsetClock()
  // Others pass, to reach what is theirs, and see nothing.
  await mkdir(folder, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 })
  const forget = (ref: ProjectRef) => rm(join(folder, ref), { recursive: true, force: true })
  return {
    keep: async (ref, home) => {
      if (keepMs === 0 || !(await exists(join(home, 'data', 'PG_VERSION')))) return
      await forget(ref)
      const today = new Date()
      await utimes(home, today, today)
      await rename(home, join(folder, ref))
    },
    homeOf: async (ref) => {
      const home = join(folder, ref)
      return (await exists(home)) ? home : undefined
    },
    list: async () => {
      const refs = (await readdir(folder)).filter((name) => ProjectRef.safeParse(name).success)
      const found = refs.map(async (name) => {
        const { mtime } = await stat(join(folder, name))
        return { ref: ProjectRef.parse(name), deletedAt: mtime }
      })
      return Promise.all(found)
    },
    forget,
    isOver: ({ deletedAt }) => now() - deletedAt.getTime() > keepMs,
  }
}
