// What the system knows about a process: how we tell a living one from a dead one, and the one we started
// from a stranger that was given the same number later.

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

export type ProcessFacts = {
  /** Boot and moment of the start: together with the pid it never occurs twice. */
  readonly startTime: string
  /** The whole command line, parts separated by blanks. */
  readonly command: string
}

const bootId = (() => {
  let id: string | undefined
  return () => {
    id ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return id
  }
})()

/** proc(5): the name is in brackets and may hold anything, so fields are counted from the last bracket. */
const factsFromProc = (pid: number): ProcessFacts | undefined => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state] = fields
  if (state === 'Z' || state === 'X') return undefined
  const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
  return { startTime: `${bootId()}:${fields[19]}`, command }
}

/** Where there is no /proc: seconds instead of ticks, and one child process for each question. */
const factsFromPs = (pid: number): ProcessFacts | undefined => {
  const line = execFileSync('ps', ['-o', 'stat=,lstart=,command=', '-p', String(pid)], {
    encoding: 'utf8',
    env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const match = /^(\S+)\s+(\w{3}\s+\w{3}\s+\d+\s+[\d:]+\s+\d{4})\s+(.*)$/.exec(line.trim())
  if (!match?.[2] || match[1]?.startsWith('Z')) return undefined
  return { startTime: match[2], command: match[3] ?? '' }
}

/** Facts about a running process; `undefined` when there is none, or only its unreaped remains. */
export const findProcess = (pid: number): ProcessFacts | undefined => {
  if (!Number.isInteger(pid) || pid <= 0) return undefined
  try {
    return process.platform === 'linux' ? factsFromProc(pid) : factsFromPs(pid)
  } catch {
    return undefined
  }
}

/**
 * Whether a process with this number runs. One that only waits to be reaped does not, nor one that is being ended: its
 * memory goes first, and its command line with it.
 */
export const isAlive = (pid: number): boolean => {
  const facts = findProcess(pid)
  return facts !== undefined && facts.command !== ''
}
