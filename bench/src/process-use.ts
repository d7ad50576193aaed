// What a process uses: processor time and memory, read from /proc.

import { readFileSync } from 'node:fs'

const ticksPerSecond = 100

const statOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1')
  } catch {
    return ''
  }
}

/** Processor time of a process so far, in microseconds; 0 when it has ended. */
export const cpuMicros = (pid: number): number => {
  const stat = statOf(pid)
  if (stat === '') return 0
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1_000_000
}

/** Proportional memory of a process (shared pages counted by share), in MiB. */
export const pssMiB = (pid: number): number => {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1')
  return Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0) / 1024
}
