// Where control groups may be made: the part of the machine's cgroup v2 tree that is ours to divide.

import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

export type CgroupTree = {
  /** Mount point of cgroup v2; `undefined` where there is none. */
  readonly mount: string | undefined
  /** The group this process is in, as a folder. */
  readonly own: string | undefined
}

export type CgroupWish = {
  readonly tree: CgroupTree
  /** Name of the group around all groups that will be made. */
  readonly name: string
  /** Whether a process may be moved aside: a group with processes in it cannot be divided. */
  readonly isOurs: (pid: number) => boolean
}

export type CgroupHome = { readonly folder: string; readonly controllers: readonly string[] }

const wanted = ['memory', 'cpu', 'pids'] as const
/** Where our own processes go when the group they are in is divided. */
const SELF = 'plinth-self'

const isRoot = process.getuid?.() === 0

/** cgroups(7): the line of version 2 begins with `0::`. */
export const findCgroupTree = async (): Promise<CgroupTree> => {
  try {
    const [mounts, self] = await Promise.all([
      readFile('/proc/self/mounts', 'utf8'),
      readFile('/proc/self/cgroup', 'utf8'),
    ])
    const mount = mounts
      .split('\n')
      .map((line) => line.split(' '))
      .find(([, , type]) => type === 'cgroup2')?.[1]
    const path = /^0::(.*)$/m.exec(self)?.[1]
    return { mount, own: mount === undefined || path === undefined ? undefined : join(mount, path) }
  } catch {
    return { mount: undefined, own: undefined }
  }
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code

const evacuate = async (folder: string, isOurs: CgroupWish['isOurs']): Promise<void> => {
  const pids = (await readFile(join(folder, 'cgroup.procs'), 'utf8')).split('\n').filter(Boolean).map(Number)
  if (!pids.every(isOurs)) throw new Error(`${folder} also holds processes of others`)
  await mkdir(join(folder, SELF), { recursive: true })
  for (const pid of pids) await writeFile(join(folder, SELF, 'cgroup.procs'), String(pid))
}

/** What can be divided among the groups below. */
const divide = async (folder: string, isOurs: CgroupWish['isOurs']): Promise<readonly string[]> => {
  const offered = (await readFile(join(folder, 'cgroup.controllers'), 'utf8')).trim().split(/\s+/)
  const controllers = wanted.filter((one) => offered.includes(one))
  if (!controllers.includes('memory') || !controllers.includes('cpu'))
    throw new Error(`${folder} offers no control of memory and processors`)
  const enable = () =>
    writeFile(join(folder, 'cgroup.subtree_control'), controllers.map((one) => `+${one}`).join(' '))
  await enable().catch(async (error) => {
    if (codeOf(error) !== 'EBUSY') throw error
    await evacuate(folder, isOurs)
    await enable()
  })
  return controllers
}

const makeHome = async (parent: string, { name, isOurs }: CgroupWish): Promise<CgroupHome> => {
  const folder = join(parent, name)
  const controllers = await divide(parent, isOurs)
  await mkdir(folder, { recursive: true })
  try {
    await divide(folder, isOurs)
    return { folder, controllers }
  } catch (error) {
    await rmdir(folder).catch(() => undefined)
    throw error
  }
}

const explain = (error: unknown): string => {
  const code = codeOf(error)
  if (code === 'EROFS') return 'the control groups are mounted read-only'
  if (code === 'EACCES' || code === 'EPERM')
    return 'control groups may not be made here: run as root, or as a service with Delegate=yes'
  return error instanceof Error ? error.message : String(error)
}

/** The group to make others in, or in words why there can be none. */
export const findCgroupHome = async (wish: CgroupWish): Promise<CgroupHome | string> => {
  const { mount, own } = wish.tree
  if (mount === undefined || own === undefined) return 'this machine has no cgroup v2'
  // An earlier run may have moved the launcher, and with it us, aside.
  const mine = basename(own) === SELF ? dirname(own) : own
  const parents = isRoot && mine !== mount ? [mount, mine] : [mine]
  let reason = ''
  for (const parent of parents) {
    try {
      return await makeHome(parent, wish)
    } catch (error) {
      reason = explain(error)
    }
  }
  return reason
}
