// Makes a data directory of a backup and the log, beside the one in use: started out of everybody's reach,
// brought to the point, given the passwords of today, stopped again.

import { chmod, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from '@plinth/postgres'
import { makeAsideSocketDir, startAside } from '../aside-server.ts'
import { hostRules } from '../init-data-dir.ts'
import { writeOwnFile } from '../own-file.ts'
import type { Runtime } from '../runtime.ts'
import { openSuperuserPool, type Secrets, SUPERUSER, setSecrets } from '../secrets.ts'
import type { Cluster } from '../server.ts'
import type { Settings } from '../settings.ts'
import { chownTree, copyTree, sizeOfTree } from '../tree.ts'
import { type Archive, archivingTo } from './archive.ts'
import { dataOf } from './backup-entry.ts'
import type { Progress } from './copy-data-dir.ts'
import { backupErrors } from './errors.ts'
import { findHole, findUnread } from './find-hole.ts'
import type { Ledger } from './ledger.ts'
import { findDamage } from './manifest.ts'
import type { RestorePlan } from './plan-restore.ts'
import { watchReplay } from './replay-progress.ts'
import type { Timeline } from './timelines.ts'
import { restoreCommand } from './wal-store.ts'

export type RecoverOptions = {
  readonly runtime: Runtime
  readonly archive: Archive
  /** Where the new timeline is kept, if not there. */
  readonly archiveTo?: Archive
  readonly ledger: Ledger
  readonly plan: RestorePlan
  /** Does not exist; made and filled here. */
  readonly dataDir: string
  readonly settings: Settings
  /** Passwords as they are now; the backup holds those of its time. */
  readonly secrets: Secrets
  readonly logFile: string
  readonly onProgress?: Progress | undefined
  readonly signal?: AbortSignal | undefined
}

/** Nobody is let in before the end, except us, by a door that is ours alone. */
const ownDoor = ({ superuser = SUPERUSER }: Secrets): string => `local all ${superuser} trust\n${hostRules}`

const recoverySettings = (options: RecoverOptions, stop: Settings): Settings => ({
  ...options.settings,
  ...archivingTo(options.archiveTo ?? options.archive),
  // Jobs wait until it is known that this is the database that goes on.
  'cron.launch_active_jobs': 'off',
  hot_standby: 'off',
  restore_command: restoreCommand(options.archive, options.plan.backup.segmentBytes),
  recovery_target_timeline: String(options.plan.timeline),
  recovery_target_action: 'promote',
  ...stop,
})

const layOut = async ({ archive, plan, dataDir, secrets }: RecoverOptions): Promise<void> => {
  const { uid, gid } = archive.owner
  await copyTree(dataOf(archive, plan.backup), dataDir)
  // A server starts on damaged files as well, and says so only when somebody asks for what was in them.
  const damage = await findDamage(dataDir)
  if (damage.length > 0) throw backupErrors.damaged(damage)
  await rm(join(dataDir, 'backup_manifest'), { force: true })
  await rm(join(dataDir, 'pg_hba.conf'))
  await writeFile(join(dataDir, 'pg_hba.conf'), ownDoor(secrets), { mode: 0o600 })
  await writeFile(join(dataDir, 'recovery.signal'), '', { mode: 0o600 })
  await chmod(dataDir, 0o700)
  if (uid !== undefined && gid !== undefined) chownTree(dataDir, uid, gid)
}

const start = (options: RecoverOptions, socketDir: string, stop: Settings): Promise<Cluster> => {
  const { runtime, dataDir, logFile, archive, plan, onProgress, signal } = options
  return startAside({
    ...{ runtime, dataDir, socketDir, logFile, signal, ...archive.owner },
    settings: recoverySettings(options, stop),
    watch: (pid) => watchReplay(pid, plan.backup, onProgress),
  })
}

const endedBefore = /recovery ended before configured recovery target was reached/

/** Nothing was committed after the point: then the whole log leads there, if no piece of it is missing. */
const startToEnd = async (options: RecoverOptions, socketDir: string): Promise<Cluster> => {
  const { archive, plan, ledger } = options
  const hole = await findHole(archive, plan, ledger)
  if (hole) throw backupErrors.hole(hole)
  if (!plan.orAtEnd) throw backupErrors.endsBefore()
  return start(options, socketDir, {})
}

type Started = { readonly server: Cluster; readonly isAtEnd: boolean }

const startRecovery = async (options: RecoverOptions, socketDir: string): Promise<Started> => {
  try {
    return { server: await start(options, socketDir, options.plan.stop), isAtEnd: false }
  } catch (error) {
    options.signal?.throwIfAborted()
    if (error instanceof Error && endedBefore.test(error.message))
      return { server: await startToEnd(options, socketDir), isAtEnd: true }
    throw error
  }
}

/** A backup of earlier days may lack a role that has come since: the migrations will bring it. */
const knownOnly = async (socketDir: string, secrets: Secrets): Promise<Secrets> => {
  const pool = openSuperuserPool(socketDir, secrets.superuserPassword, secrets.superuser)
  try {
    const rows = await pool.query<{ name: string }>(sql`select rolname::text as name from pg_roles`)
    const names = new Set(rows.map((row) => row.name))
    return { ...secrets, verifiers: new Map([...secrets.verifiers].filter(([role]) => names.has(role))) }
  } finally {
    await pool.close()
  }
}

/** The history file of a timeline ends with where it left its parent. */
const readTimeline = async (dataDir: string, socketDir: string, secrets: Secrets): Promise<Timeline> => {
  const pool = openSuperuserPool(socketDir, secrets.superuserPassword, secrets.superuser)
  const { file } = await pool
    .one<{ file: string }>(sql`select pg_walfile_name(pg_current_wal_lsn()) as file`)
    .finally(pool.close)
  const history = await readFile(join(dataDir, 'pg_wal', `${file.slice(0, 8)}.history`), 'utf8')
  const [parent = '', until = ''] = history.trim().split('\n').at(-1)?.split('\t') ?? []
  return { id: Number.parseInt(file.slice(0, 8), 16), parent: { id: Number(parent), until } }
}

const complete = async (options: RecoverOptions, socketDir: string): Promise<Timeline> => {
  const { dataDir, secrets } = options
  await setSecrets({ dataDir, socketDir, secrets: await knownOnly(socketDir, secrets) })
  return readTimeline(dataDir, socketDir, secrets)
}

/** Resolves, with the timeline that was begun, when the directory is ready to be put in place. */
export const recover = async (options: RecoverOptions): Promise<Timeline> => {
  const { archive, dataDir, plan, onProgress } = options
  const total = await sizeOfTree(dataOf(archive, plan.backup))
  onProgress?.({ bytes: 0, total })
  await layOut(options)
  options.signal?.throwIfAborted()
  onProgress?.({ bytes: total, total })
  const socketDir = await makeAsideSocketDir(dataDir, archive.owner)
  try {
    const { server, isAtEnd } = await startRecovery(options, socketDir)
    const timeline = await complete(options, socketDir).finally(() => server.stop())
    const unread = isAtEnd && timeline.parent && (await findUnread(archive, plan, timeline.parent.until))
    if (unread) throw backupErrors.unreadable(unread)
    await writeOwnFile(join(dataDir, 'pg_hba.conf'), hostRules)
    await rm(join(dataDir, 'plinth.conf'), { force: true })
    return timeline
  } finally {
    await rm(socketDir, { recursive: true, force: true })
  }
}
