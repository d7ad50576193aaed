// Programs that a killed launcher left running. They have gone on serving; the new launcher replaces them. The
// supervisor is killed, not asked: asked, it would stop every branch, while its successor adopts them as they are.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { adopt } from '@plinth/process'
import { writePrivate } from './installation.ts'
import type { KeptProgram, Trace } from './keep-running.ts'

const traceFile = (data: string): string => join(data, 'programs.json')

export const writeTraces = (data: string, programs: readonly KeptProgram[]): Promise<void> =>
  writePrivate(traceFile(data), JSON.stringify(programs.flatMap((program) => program.trace() ?? [])))

/** Ends what an earlier launcher left; answers the names of the programs that were still running. */
export const stopLeftovers = async (data: string): Promise<readonly string[]> => {
  const text = await readFile(traceFile(data), 'utf8').catch(() => '[]')
  const stopped = (JSON.parse(text) as readonly Trace[]).map(async ({ name, pid, startTime }) => {
    const left = adopt(pid, { startTime })
    if (!left) return []
    await left.stop(name === 'supervisor' ? { signal: 'SIGKILL' } : { graceMs: 5_000 })
    return [name]
  })
  return (await Promise.all(stopped)).flat()
}
