// Which processes belong to an installation: every one that names its data folder, or descends from one that does.

import { readdirSync, readFileSync } from 'node:fs'

export type FoundProcess = {
  readonly pid: number
  readonly parent: number
  readonly command: string
}

type Seen = FoundProcess & { readonly start: string; readonly environment: string }

const read = (file: string): string => {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
  }
}

/** What is known of a process from an earlier look: its environment changes with its command only. */
const seen = new Map<number, Seen>()

/** A flag of the kernel's own (`PF_KTHREAD`), which have neither command nor environment. */
const ofKernel = 0x00200000

const look = (pid: number): Seen | undefined => {
  const stat = read(`/proc/${pid}/stat`)
  const [state = 'X', parent = '0', ...more] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  if (state === 'Z' || state === 'X' || stat === '') return undefined
  const isKernels = (Number(more[4]) & ofKernel) !== 0
  const command = isKernels ? '' : read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim()
  const [start = ''] = more.slice(17)
  const before = seen.get(pid)
  const isSame = before?.start === start && before.command === command && before.environment !== ''
  const environment = isSame ? before.environment : isKernels ? '' : read(`/proc/${pid}/environ`)
  return { pid, parent: Number(parent), start, command, environment }
}

const listAll = (): readonly Seen[] => {
  const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (look(Number(name)) ?? []) : []))
  seen.clear()
  for (const one of all) seen.set(one.pid, one)
  return all
}

/** Living processes of the installation with this data folder. */
export const processesOf = (data: string): readonly FoundProcess[] => {
  const all = listAll().filter((one) => one.pid !== process.pid)
  const mine = new Set(
    all
      .filter((one) => one.command.includes(data) || one.environment.includes(`PLINTH_DATA=${data}`))
      .map((one) => one.pid),
  )
  for (let grown = true; grown; ) {
    const children = all.filter((one) => mine.has(one.parent) && !mine.has(one.pid))
    for (const child of children) mine.add(child.pid)
    grown = children.length > 0
  }
  return all.filter((one) => mine.has(one.pid))
}
