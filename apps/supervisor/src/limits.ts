// The share of the machine that a branch gets by its size.

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { computeSizeOf, type Observe, type StackSpec } from '@plinth/contracts'
import { type CgroupLimits, type Cgroups, findCgroupTree, openCgroups } from '@plinth/process'

/** Processes and threads beside those of clients. */
const OWN_TASKS = 512

export const limitsOf = ({ size, limits }: StackSpec): CgroupLimits => {
  const { memoryMiB, cpus, cpuWeight } = computeSizeOf(size)
  return { memoryBytes: memoryMiB * 2 ** 20, cpus, cpuWeight, tasks: OWN_TASKS + limits.maxConnections }
}

const readOr = (file: string, otherwise: string): string => {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return otherwise
  }
}

/** Ourselves, whoever started us, and the other programs of this installation. */
const makeIsOurs = (data: string): ((pid: number) => boolean) => {
  const ancestors = new Set<number>()
  for (let pid = process.pid; pid > 0 && !ancestors.has(pid); ) {
    ancestors.add(pid)
    pid = Number(/\) \S (\d+)/.exec(readOr(`/proc/${pid}/stat`, ''))?.[1] ?? 0)
  }
  return (pid) =>
    ancestors.has(pid) || readOr(`/proc/${pid}/environ`, '').split('\0').includes(`PLINTH_DATA=${data}`)
}

/** A branch without its limits is better than no branch. */
const forgive = (cgroups: Cgroups, observe: Observe): Cgroups => {
  const report = (ref: string) => (error: unknown) =>
    observe({ level: 'warn', event: 'limits.failed', ref, error })
  return {
    ...cgroups,
    limit: (ref, limits) => cgroups.limit(ref, limits).catch(report(ref)),
    put: (ref, pid) => cgroups.put(ref, pid).catch(report(ref)),
  }
}

/** Says so when branches cannot be limited; they work all the same. */
export const openLimits = async (data: string, observe: Observe): Promise<Cgroups> => {
  const name = `plinth-${createHash('sha256').update(data).digest('hex').slice(0, 12)}`
  const cgroups = await openCgroups({ tree: await findCgroupTree(), name, isOurs: makeIsOurs(data) })
  const fields = cgroups.why === undefined ? {} : { why: cgroups.why }
  observe({
    level: 'info',
    event: `limits.${cgroups.why === undefined ? 'enforced' : 'not_enforced'}`,
    fields,
  })
  return forgive(cgroups, observe)
}
