// Limits of what several processes use together, by cgroup v2 where the machine lets us.

import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { availableParallelism, totalmem } from 'node:os'
import { join } from 'node:path'
import { type CgroupWish, findCgroupHome } from './find-cgroup.ts'

export type CgroupLimits = {
  readonly memoryBytes: number
  readonly cpus: number
  /** Part among those who compete for processors: 1 to 10000. */
  readonly cpuWeight: number
  /** Processes and threads. */
  readonly tasks: number
}

export type Cgroups = {
  /** Why nothing is limited; `undefined` when limits hold. */
  readonly why: string | undefined
  /** Makes the group if need be; new limits hold at once for what runs in it. */
  readonly limit: (name: string, limits: CgroupLimits) => Promise<void>
  /** Moves a process with its present children into the group; later children are born in it. */
  readonly put: (name: string, pid: number) => Promise<void>
  /** Nothing may run in it any more; otherwise it stays. */
  readonly remove: (name: string) => Promise<void>
}

const nothing: Omit<Cgroups, 'why'> = {
  limit: async () => undefined,
  put: async () => undefined,
  remove: async () => undefined,
}

const PERIOD_US = 100_000

/** Each file of a group with its text. More than the machine has is no limit. */
const filesOf = ({
  memoryBytes,
  cpus,
  cpuWeight,
  tasks,
}: CgroupLimits): Readonly<Record<string, string>> => ({
  'memory.max': memoryBytes < totalmem() ? String(memoryBytes) : 'max',
  // From here on its own pages are reclaimed, which slows it down before anything of it is killed.
  'memory.high': memoryBytes < totalmem() ? String(Math.floor(memoryBytes * 0.9)) : 'max',
  'cpu.weight': String(cpuWeight),
  'cpu.max': `${cpus < availableParallelism() ? cpus * PERIOD_US : 'max'} ${PERIOD_US}`,
  'pids.max': String(tasks),
})

const childrenOf = async (pid: number): Promise<readonly string[]> => {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')
  return text.split(' ').filter(Boolean)
}

/** Whoever ends in this moment needs no group. */
const move = (folder: string, pid: string): Promise<void> =>
  writeFile(join(folder, 'cgroup.procs'), pid).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ESRCH') throw error
  })

/** Makes the group around all others, or says why there is none. */
export const openCgroups = async (wish: CgroupWish): Promise<Cgroups> => {
  const home = await findCgroupHome(wish)
  if (typeof home === 'string') return { why: home, ...nothing }
  const remove = async (name: string): Promise<void> => {
    await rmdir(join(home.folder, name)).catch(() => undefined)
  }
  // What a crash left; a group that something runs in cannot be removed.
  const left = await readdir(home.folder, { withFileTypes: true })
  for (const entry of left) if (entry.isDirectory()) await remove(entry.name)
  return {
    why: undefined,
    limit: async (name, limits) => {
      const folder = join(home.folder, name)
      await mkdir(folder, { recursive: true })
      for (const [file, text] of Object.entries(filesOf(limits)))
        if (home.controllers.includes(file.split('.')[0] ?? '')) await writeFile(join(folder, file), text)
    },
    put: async (name, pid) => {
      const folder = join(home.folder, name)
      // First the parent: children of later are born in the group.
      await move(folder, String(pid))
      for (const child of await childrenOf(pid)) await move(folder, child)
    },
    remove,
  }
}
