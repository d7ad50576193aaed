// Runtimes that were made earlier and are no longer the one in use: 120 MB each. One that a process still runs
// from stays until a later start, and one of another major version stays for the data that was made with it.

import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { say } from './console.mjs'

/** Folder names: `pg17-17.12-…`, `npm-17.10.0-…`. */
const majorOf = (name) => /^(?:pg|npm-)(\d+)[-.]/.exec(name)?.[1]

const listOthers = (runtimes, record) =>
  readdirSync(runtimes).filter(
    (name) =>
      majorOf(name) === String(Number.parseInt(record.version, 10)) &&
      !record.binDir.startsWith(join(runtimes, name, '/')),
  )

const attempt = (read) => {
  try {
    return read()
  } catch {
    return ''
  }
}

/** What the processes of this machine run, or `undefined` where that cannot be seen. */
const listPrograms = () => {
  const pids = attempt(() => readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
  if (pids.length === 0) return undefined
  // The link is closed to other users, the command line is open.
  return pids.flatMap((pid) => [
    attempt(() => readlinkSync(`/proc/${pid}/exe`)),
    attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')),
  ])
}

/** Folders that may go; none while another Postgres was named for this start only. */
const listUnused = (repository, record) => {
  if (record === undefined || record.route === 'PG_BIN_DIR') return []
  const runtimes = join(repository, '.runtime')
  const others = listOthers(runtimes, record)
  if (others.length === 0) return []
  const programs = listPrograms()
  if (programs === undefined) return []
  return others
    .map((name) => join(runtimes, name))
    .filter((folder) => !programs.some((program) => program.includes(`${folder}/`)))
}

export const hasUnusedRuntimes = (repository, record) => listUnused(repository, record).length > 0

export const removeUnusedRuntimes = (repository, record) => {
  for (const folder of listUnused(repository, record)) {
    rmSync(folder, { recursive: true, force: true })
    say(`  Removed an older Postgres: ${folder}`)
  }
}
