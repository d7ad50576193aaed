// A database whose data directory is lost, made again from what its archive holds: to the last moment that was kept.

import { mkdir, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { clearAside } from '../aside-server.ts'
import { chownTree, syncTree } from '../tree.ts'
import { type Archive, unfinished } from './archive.ts'
import { listBackups } from './backup-entry.ts'
import { findUnread } from './find-hole.ts'
import { planRestore, type RestorePlan } from './plan-restore.ts'
import type { RecoverOptions } from './recover.ts'
import { recoverFromGood } from './recover-from-good.ts'
import { noteEra } from './restore.ts'

/** Whether there is anything to begin with. */
export const canRebuild = async (archive: Archive): Promise<boolean> =>
  (await listBackups(archive)).length > 0

export type RebuildOptions = Omit<RecoverOptions, 'archiveTo' | 'ledger' | 'plan'>

/**
 * The data directory must not exist. It appears as a whole, on a timeline of its own. Answers the name of the piece of the
 * log that could not be read where there is more behind it: what was written from there on is not in the database.
 */
export const rebuild = async (options: RebuildOptions): Promise<string | undefined> => {
  const { archive, dataDir } = options
  const fresh = unfinished(dirname(dataDir), 'rebuilt')
  await mkdir(dirname(dataDir), { recursive: true, mode: 0o711 })
  await mkdir(dirname(options.logFile), { recursive: true })
  // What came back from elsewhere belongs to whoever brought it.
  const { uid, gid } = archive.owner
  if (uid !== undefined && gid !== undefined) chownTree(archive.wal, uid, gid)
  await clearAside(fresh)
  let plan: RestorePlan | undefined
  try {
    const timeline = await recoverFromGood({ ...options, dataDir: fresh }, (known) => {
      // To the end of the log, whatever moment that is.
      plan = { ...planRestore({ time: known.now.toISOString() }, known), stop: {} }
      return plan
    })
    const unread = plan && timeline.parent && (await findUnread(archive, plan, timeline.parent.until))
    await syncTree(fresh)
    await rename(fresh, dataDir)
    await noteEra(archive, timeline)
    return unread
  } catch (error) {
    await clearAside(fresh)
    throw error
  }
}
