// A branch with data: the files of another branch become a database of its own, while the source goes on.

import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { clearAside } from '../aside-server.ts'
import { type Progress, takeOver } from '../backup/copy-data-dir.ts'
import { copyRunning, copyStopped, type RunningSource } from '../backup/copy-running.ts'
import { ensureSpace } from '../backup/take-backup.ts'
import { syncFolder } from '../durable-file.ts'
import { clusterErrors } from '../errors.ts'
import type { Runtime } from '../runtime.ts'
import type { Settings } from '../settings.ts'
import { newSystemIdentifier } from '../system-identifier.ts'
import type { Target, Templates } from '../templates.ts'
import { chownTree, syncTree } from '../tree.ts'
import { recoverCopy } from './recover-copy.ts'

export type CopyBranchOptions = {
  readonly runtime: Runtime
  readonly source: {
    readonly dataDir: string
    readonly uid?: number | undefined
    readonly gid?: number | undefined
    /** How to reach its server; absent when it is stopped. */
    readonly running?: RunningSource | undefined
  }
  /** Where the copy goes; must not exist. */
  readonly target: Target
  /** What its server will be started with. */
  readonly settings: Settings
  /** Where a copy of the template is taken from that most files are already in. */
  readonly templates?: Pick<Templates, 'giveReady'> | undefined
  readonly onProgress?: Progress | undefined
  readonly signal?: AbortSignal | undefined
}

const UNFINISHED = '.copying-'

/** What an attempt that was killed has left. Ours gets another name: its programs may still be at work. */
const clearAttempts = async (folder: string): Promise<void> => {
  for (const name of await readdir(folder))
    if (name.startsWith(UNFINISHED)) await clearAside(join(folder, name))
}

/**
 * Puts the copy in place, with an identity of its own; passwords are still the source's. It appears as a whole,
 * at rest and on the disk: a failure, an abort or a crash leaves nothing at the target.
 */
export const copyBranch = async (options: CopyBranchOptions): Promise<void> => {
  const { runtime, source, target, settings, templates, onProgress, signal } = options
  const { dataDir, uid, gid } = target
  const folder = dirname(dataDir)
  const to = join(folder, `${UNFINISHED}${randomBytes(4).toString('hex')}`)
  await mkdir(folder, { recursive: true, mode: 0o711 })
  await clearAttempts(folder)
  try {
    await ensureSpace(source.dataDir, folder)
    const isBegun = (await templates?.giveReady(to)) ?? false
    const how = { from: source.dataDir, to, isBegun, owner: source, onProgress, signal }
    await (source.running ? copyRunning(source.running, { ...how, label: 'branch' }) : copyStopped(how))
    await takeOver(to, source)
    await newSystemIdentifier(to)
    if (uid !== undefined && gid !== undefined) chownTree(to, uid, gid)
    signal?.throwIfAborted()
    if (source.running) await recoverCopy({ runtime, dataDir: to, owner: { uid, gid }, settings, signal })
    await syncTree(to)
    await rename(to, dataDir).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'ENOTEMPTY' || error.code === 'EEXIST'
        ? clusterErrors.dataDirTaken(dataDir)
        : error
    })
    await syncFolder(folder)
  } catch (error) {
    await clearAside(to)
    throw error
  }
}
