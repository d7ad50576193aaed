// Backends of a server that was killed: a busy one may work on for minutes, and no new server may touch the
// files meanwhile. What they did and did not commit is lost either way: recovery sorts it out.

import { readdir, readlink, realpath, stat } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'

type Suspect = { readonly uid: number; readonly folder: string }

const POSTGRES = /\/postgres( \(deleted\))?$/

/**
 * A backend works in its data directory, as its owner, and is the program `postgres`. One that is ending has lost its
 * program already, and may still hold the shared memory for a moment.
 */
const isBackend = async (pid: string, { uid, folder }: Suspect): Promise<boolean> => {
  try {
    if ((await stat(`/proc/${pid}`)).uid !== uid) return false
    if ((await readlink(`/proc/${pid}/cwd`)) !== folder) return false
    const program = await readlink(`/proc/${pid}/exe`).catch(() => undefined)
    return program === undefined || POSTGRES.test(program)
  } catch {
    return false
  }
}

const findBackends = async (suspect: Suspect): Promise<number[]> => {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(
    pids.map(async (pid) => ((await isBackend(pid, suspect)) ? [Number(pid)] : [])),
  )
  return found.flat()
}

const kill = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // Gone meanwhile.
  }
}

const GIVE_UP_AFTER_MS = 5_000

/** Ends what a dead server left running; call it only when the server itself is known to be gone. */
export const endOrphans = async (dataDir: string): Promise<void> => {
  if (process.platform !== 'linux') return
  const suspect = { uid: (await stat(dataDir)).uid, folder: await realpath(dataDir) }
  const giveUpAt = performance.now() + GIVE_UP_AFTER_MS
  for (;;) {
    const orphans = await findBackends(suspect)
    if (orphans.length === 0 || performance.now() > giveUpAt) return
    orphans.forEach(kill)
    await delay(2)
  }
}
