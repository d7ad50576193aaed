// Copies the files of a data directory, whether its server runs or not, without what must never be in a copy.

import { execFile } from 'node:child_process'
import { lstatSync, readdirSync } from 'node:fs'
import { chmod, chown, mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { readControl } from '../control-file.ts'
import { chownTree } from '../tree.ts'
import type { Owner } from './archive.ts'
import { backupErrors } from './errors.ts'
import { keepOnlySame } from './what-differs.ts'

const runFile = promisify(execFile)

/** Called as the work goes on; `total` is an estimate while the database is written to. */
export type Progress = (done: { readonly bytes: number; readonly total: number }) => void

export type CopyOptions = {
  readonly from: string
  /** Does not exist, unless it is begun; the folder above it belongs to us or to `owner`. */
  readonly to: string
  /** A copy of the template is there, which nobody else may write to: what is the same in it is not copied again. */
  readonly isBegun?: boolean
  /** Owner of the files. He copies: a link that leads elsewhere gets him nothing he could not read anyway. */
  readonly owner: Owner
  readonly onProgress?: Progress | undefined
  readonly signal?: AbortSignal | undefined
}

/** Folders that are copied empty: the log is added piece by piece, the rest is of no use in another server. */
const emptied = [
  'pg_wal',
  'pg_replslot',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
]
const left = ['postmaster.pid', 'postmaster.opts', 'plinth.conf', 'backup_label', 'backup_manifest']

const ACCOUNT_ENV = { PATH: '/usr/bin:/bin', LC_ALL: 'C' }

const asOwner = ({ uid, gid }: Owner): Owner => (uid === undefined ? {} : { uid, gid })

const copyFlags = process.platform === 'darwin' ? ['-Rpc'] : ['-a', '--reflink=auto']

/** A running server removes files as it goes; recovery knows what became of them. */
const isVanished = (line: string): boolean => line.includes('No such file or directory')

type Paths = {
  /** Those that are relative are made below the target with the folders that they name. */
  readonly within?: string
}

const copy = async (
  paths: readonly string[],
  { to, owner, signal }: CopyOptions,
  { within }: Paths = {},
): Promise<void> => {
  if (paths.length === 0) return
  const account = asOwner(owner) as { uid?: number; gid?: number }
  try {
    const flags = within === undefined ? copyFlags : [...copyFlags, '--parents']
    await runFile('cp', [...flags, '--', ...paths, to], {
      ...account,
      cwd: within ?? '/',
      env: ACCOUNT_ENV,
      signal,
      maxBuffer: 64 * 2 ** 20,
    })
  } catch (error) {
    signal?.throwIfAborted()
    // A failed execFile carries what the program printed.
    const { stderr = '', message } = error as { stderr?: string; message: string }
    const complaints = stderr
      .trim()
      .split('\n')
      .filter((line) => line && !isVanished(line))
    if (complaints.length > 0 || !stderr) throw backupErrors.copyFailed(complaints[0] ?? message)
  }
}

/** Sum of what lies below these paths. `du` ends with 1 when a file went away, and counts all the same. */
const measure = async (paths: readonly string[]): Promise<number> => {
  const { stdout } = await runFile('du', ['-sk', ...paths]).catch((error: { stdout?: string }) => error)
  const sizes = (stdout ?? '').split('\n').map((line) => Number.parseInt(line, 10) || 0)
  return sizes.reduce((sum, size) => sum + size, 0) * 1024
}

const REPORT_EVERY_MS = 300

const reportWhile = async (work: Promise<void>, entries: readonly string[], options: CopyOptions) => {
  const { onProgress, to } = options
  if (!onProgress) return work
  const total = await measure(entries)
  const over = new AbortController()
  const ended = work.finally(() => over.abort())
  ended.catch(() => undefined)
  while (!over.signal.aborted) {
    onProgress({ bytes: Math.min(await measure([to]), total), total })
    await delay(REPORT_EVERY_MS, undefined, { signal: over.signal }).catch(() => undefined)
  }
  await ended
  onProgress({ bytes: total, total })
}

const makeFolder = async (folder: string, { uid, gid }: Owner): Promise<void> => {
  await mkdir(folder, { mode: 0o700 })
  await chmod(folder, 0o700)
  if (uid !== undefined && gid !== undefined) await chown(folder, uid, gid)
}

const CONTROL_TRIES = 20

/** The server may have been writing the control file at that moment: then it is copied again. */
const ensureControl = async (options: CopyOptions): Promise<void> => {
  for (let tries = 0; tries < CONTROL_TRIES; tries++) {
    const isWhole = await readControl(options.to).then(
      () => true,
      () => false,
    )
    if (isWhole) return
    await copy([join(options.from, 'global/pg_control')], { ...options, to: join(options.to, 'global') })
  }
  await readControl(options.to)
}

const isWanted = (name: string): boolean => !emptied.includes(name) && !left.includes(name)

/** So many names of Postgres's files fit on a command line. */
const AT_ONCE = 2_000

const copyChanged = async (paths: readonly string[], options: CopyOptions): Promise<void> => {
  for (let first = 0; first < paths.length; first += AT_ONCE)
    await copy(paths.slice(first, first + AT_ONCE), options, { within: options.from })
}

/** Copies everything but the log. What is there after a failure or an abort is for the caller to remove. */
export const copyDataDir = async (options: CopyOptions): Promise<void> => {
  const { from, to, owner } = options
  const entries = (await readdir(from)).filter(isWanted).map((name) => join(from, name))
  const changed = options.isBegun && keepOnlySame(from, to, isWanted)
  if (!changed) await makeFolder(to, owner)
  else if (owner.uid !== undefined && owner.gid !== undefined) chownTree(to, owner.uid, owner.gid)
  for (const name of emptied) await makeFolder(join(to, name), owner)
  await reportWhile(changed ? copyChanged(changed, options) : copy(entries, options), entries, options)
  await ensureControl(options)
}

/** Adds these segments of the log to a copy, and where its timelines come from. */
export const copySegments = async (options: CopyOptions, names: readonly string[]): Promise<void> => {
  const from = join(options.from, 'pg_wal')
  const histories = (await readdir(from)).filter((name) => name.endsWith('.history'))
  const target = { ...options, to: join(options.to, 'pg_wal') }
  await copy(
    [...names, ...histories].map((name) => join(from, name)),
    target,
  )
  const copied = new Set(await readdir(target.to))
  const missing = names.find((name) => !copied.has(name))
  if (missing) throw backupErrors.walGone(missing)
}

/** Synchronous as `chownTree` is, and for the same reason. */
const refuseOdd = (folder: string): void => {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) refuseOdd(path)
    else if (!entry.isFile() || lstatSync(path).nlink > 1) throw backupErrors.odd(path)
  }
}

/** A copy becomes ours alone. What is neither file nor folder, or has a second name somewhere, is refused. */
export const takeOver = async (folder: string, owner: Owner): Promise<void> => {
  const { getuid, getgid } = process
  if (owner.uid !== undefined && getuid && getgid) chownTree(folder, getuid(), getgid())
  refuseOdd(folder)
}
