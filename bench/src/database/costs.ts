// Processor time of one wake by a REST request that finds no spare stack, by process: what many woken at once wait for.

import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { type FoundProcess, type Installation, type Manage, processesOf } from '@plinth/e2e'
import { record } from '../record.ts'
import { median } from '../statistics.ts'
import { firstByte, makeHost, rest } from './stage.ts'
import { withNotes } from './wakes.ts'

const rounds = 20

const read = (file: string): string => {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
  }
}

/** Of a process and its threads that live, to the microsecond; the clock of `stat` has ticks of ten milliseconds. */
const ownMs = (pid: number): number => {
  const tasks = readdirSync(`/proc/${pid}/task`)
  const spent = tasks.map((task) => Number(read(`/proc/${pid}/task/${task}/schedstat`).split(' ')[0]))
  return spent.reduce((sum, ns) => sum + ns, 0) / 1e6
}

/** Of children that have ended. */
const endedMs = (pid: number): number => {
  const stat = read(`/proc/${pid}/stat`)
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[13]) + Number(fields[14])) * 10
}

const partOf = ({ command }: FoundProcess, ref: string): string | undefined => {
  if (command.includes('stack.mjs')) return command.includes('--rehearse') ? undefined : 'stack process'
  if (command.includes(`clusters/${ref}/`)) return 'server'
  return ['supervisor', 'edge', 'control-plane'].find((name) => command.endsWith(`${name}.mjs`))
}

/** Milliseconds of each part so far. */
const look = ({ data }: Installation, ref: string): ReadonlyMap<string, number> => {
  const all = processesOf(data)
  const found = new Map<string, number>()
  const add = (part: string, ms: number) => found.set(part, (found.get(part) ?? 0) + ms)
  for (const one of all) {
    const part = partOf(one, ref)
    if (part === undefined) continue
    add(part, ownMs(one.pid))
    if (part !== 'server') continue
    add(part, endedMs(one.pid))
    for (const { pid, parent } of all) if (parent === one.pid) add(part, ownMs(pid))
  }
  return found
}

export const measureCosts = async (installation: Installation, manage: Manage): Promise<void> => {
  const project = await withNotes(manage, 'costs')
  const host = makeHost(installation)
  const spent = new Map<string, number[]>()
  const note = (name: string, ms: number) => spent.set(name, [...(spent.get(name) ?? []), ms])
  for (let round = 0; round < rounds; round += 1) {
    await host.sleep(project.ref)
    await rest(installation)
    const spares = processesOf(installation.data).filter(({ command }) => command.includes('/spare-'))
    for (const { pid } of spares) process.kill(pid, 'SIGKILL')
    await delay(100)
    const before = look(installation, project.ref)
    await firstByte(project)
    const after = look(installation, project.ref)
    let sum = 0
    for (const [part, ms] of after) {
      note(part, ms - (before.get(part) ?? 0))
      sum += ms - (before.get(part) ?? 0)
    }
    note('in all', sum)
  }
  for (const [part, all] of spent)
    record('database', {
      name: `wake to first REST byte, no spare: ${part}`,
      unit: 'ms of processor time',
      median: median(all),
    })
  await host.client.close()
}
