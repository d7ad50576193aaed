// Keeps logs from filling the disk. Their writers hold them open for weeks and append, so a long log is copied
// and emptied in place: what is written in between is lost, the writer notices nothing.

import { constants } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

const { O_CREAT, O_NOFOLLOW, O_RDWR, O_TRUNC, O_WRONLY } = constants

const trim = async (file: string, maxBytes: number): Promise<void> => {
  // A link would lead to a file that is none of ours.
  const log = await open(file, O_RDWR | O_NOFOLLOW)
  try {
    if ((await log.stat()).size <= maxBytes) return
    try {
      const copy = await open(`${file}.1`, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600)
      await pipeline(log.createReadStream({ autoClose: false, start: 0 }), copy.createWriteStream())
    } finally {
      // Also when the disk is too full for a copy: then it matters most.
      await log.truncate(0)
    }
  } finally {
    await log.close()
  }
}

/** Of every `*.log` below `folder` that is longer than `maxBytes` only its copy `*.log.1` stays. */
export const trimLogs = async (folder: string, maxBytes: number): Promise<void> => {
  const names = await readdir(folder, { recursive: true })
  const logs = names.filter((name) => name.endsWith('.log'))
  const trimmed = await Promise.allSettled(logs.map((name) => trim(join(folder, name), maxBytes)))
  for (const one of trimmed) {
    // One that went away meanwhile has no need.
    if (one.status === 'rejected' && one.reason.code !== 'ENOENT') throw one.reason
  }
}
