// Is a backup good? Every file against its checksum, then the proof: restored aside, started, read, thrown away.

import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { clearAside } from '../aside-server.ts'
import type { Runtime } from '../runtime.ts'
import type { Secrets } from '../secrets.ts'
import type { Settings } from '../settings.ts'
import { removeTree } from '../tree.ts'
import { type Archive, type Owner, openArchive } from './archive.ts'
import { dataOf, getBackup } from './backup-entry.ts'
import { backupErrors } from './errors.ts'
import { readLedger } from './ledger.ts'
import { findDamage } from './manifest.ts'
import { planRestore } from './plan-restore.ts'
import { recover } from './recover.ts'
import { ensureSpace } from './take-backup.ts'

/** Compares every file with its checksum. */
export const checkBackup = async (archive: Archive, id: string): Promise<void> => {
  const backup = await getBackup(archive, id)
  const damage = await findDamage(dataOf(archive, backup))
  if (damage.length > 0) throw backupErrors.damaged(damage)
}

export type VerifyOptions = {
  readonly runtime: Runtime
  readonly archive: Archive
  readonly id: string
  /** Where the rehearsal takes place; what it made there is removed. */
  readonly scratch: string
  readonly settings: Settings
  readonly secrets: Secrets
  readonly logFile: string
}

/** The rehearsal has an archive of its own to write to: it must not add a timeline to the real one. */
const rehearse = async (options: VerifyOptions, folder: string): Promise<void> => {
  const { archive, id } = options
  const { uid, gid }: Owner = archive.owner
  const aside = await openArchive({ folder: join(folder, 'archive'), uid, gid })
  const dataDir = join(folder, 'data')
  const [ledger, backup] = await Promise.all([readLedger(archive), getBackup(archive, id)])
  const plan = planRestore({ backup: id }, { ledger, backups: [backup], now: new Date() })
  try {
    await recover({ ...options, ledger, plan, dataDir, archiveTo: aside })
  } finally {
    await clearAside(dataDir)
  }
}

const REHEARSAL = 'rehearsal-'

/** What one that was killed has left, its server included. */
const clearRehearsals = async (scratch: string): Promise<void> => {
  for (const name of await readdir(scratch)) {
    if (!name.startsWith(REHEARSAL)) continue
    await clearAside(join(scratch, name, 'data'))
    await removeTree(join(scratch, name))
  }
}

/** One at a time in each scratch folder. Throws an error that says what is wrong. */
export const verifyBackup = async (options: VerifyOptions): Promise<void> => {
  const { archive, id, scratch } = options
  await clearRehearsals(scratch)
  await checkBackup(archive, id)
  await ensureSpace(dataOf(archive, { id }), scratch)
  const folder = await mkdtemp(join(scratch, REHEARSAL))
  await chmod(folder, 0o711)
  try {
    await rehearse(options, folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
