// Why a server did not start: its last words in the log, as an error that says what to do.

import { open, stat } from 'node:fs/promises'
import type { PlinthError } from '@plinth/errors'
import { clusterErrors } from './errors.ts'

/** Where the log ends now, so that only later lines are read as the reason. */
export const endOf = async (logFile: string): Promise<number> =>
  (await stat(logFile).catch(() => undefined))?.size ?? 0

const AT_MOST = 64 * 1024

const readFrom = async (logFile: string, offset: number): Promise<string> => {
  const handle = await open(logFile, 'r')
  try {
    const { size } = await handle.stat()
    const start = Math.max(offset, size - AT_MOST)
    const { buffer, bytesRead } = await handle.read(
      Buffer.alloc(Math.max(size - start, 1)),
      0,
      size - start,
      start,
    )
    return buffer.subarray(0, bytesRead).toString('utf8')
  } finally {
    await handle.close()
  }
}

/** Said to everybody who knocks meanwhile, ourselves among them: no reason. */
const toCallers = /the database system is (starting up|not accepting connections|shutting down|in recovery)/

const lastWords = (log: string): string => {
  const lines = log.trim().split('\n')
  const severe = lines.findLast((line) => /\b(FATAL|PANIC):/.test(line) && !toCallers.test(line))
  return (severe ?? lines.at(-1) ?? 'it said nothing').replace(/^.*?\b(FATAL|PANIC):\s*/, '')
}

const reasons: readonly (readonly [RegExp, (words: string) => PlinthError])[] = [
  [/no space left on device/i, clusterErrors.diskFull],
  [/cannot allocate memory|could not (map anonymous|create) shared memory/i, clusterErrors.memoryShort],
  [/permission denied|wrong ownership|invalid permissions/i, clusterErrors.permissionDenied],
  [/could not create any Unix-domain sockets|address already in use/i, clusterErrors.socketTaken],
  [
    /checksum|could not locate a valid checkpoint|invalid (primary )?checkpoint|is corrupt/i,
    clusterErrors.dataDamaged,
  ],
]

/** Reads what the server said since `offset`. */
export const explainStart = async (logFile: string, offset: number): Promise<PlinthError> => {
  const log = await readFrom(logFile, offset).catch(() => '')
  const words = lastWords(log)
  const reason = reasons.find(([pattern]) => pattern.test(log))
  return reason ? reason[1](words) : clusterErrors.startFailed(words)
}
