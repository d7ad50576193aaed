// How far a recovering server has come: it shows the segment it reads in its title.

import { readFileSync } from 'node:fs'
import type { Backup } from './backup-entry.ts'
import type { Progress } from './copy-data-dir.ts'
import { parseSegment, segmentOf } from './wal-position.ts'

const LOOK_EVERY_MS = 250

const titles = (pid: number): string[] => {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')
    return children.map((child) => readFileSync(`/proc/${child}/cmdline`, 'utf8'))
  } catch {
    // Not Linux, or the process has ended meanwhile.
    return []
  }
}

/** Reports bytes of log replayed since the backup, on top of its size, until the returned function is called. */
export const watchReplay = (pid: number, backup: Backup, onProgress: Progress | undefined): (() => void) => {
  if (!onProgress) return () => undefined
  const first = segmentOf(backup.startLsn, backup.segmentBytes)
  const timer = setInterval(() => {
    const title = titles(pid).find((text) => text.includes('recovering'))
    const name = title && /recovering ([0-9A-F]{24})/.exec(title)?.[1]
    const segment = name && parseSegment(name, backup.segmentBytes)
    if (!segment) return
    const bytes = backup.bytes + (segment.number - first) * backup.segmentBytes
    onProgress({ bytes, total: bytes })
  }, LOOK_EVERY_MS)
  return () => clearInterval(timer)
}
