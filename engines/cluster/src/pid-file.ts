// `postmaster.pid`: who runs on a data directory, and what a crash left there.

import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { findProcess } from '@plinth/process'
import { endOrphans } from './orphans.ts'
import { readOwnFile, writeOwnFile } from './own-file.ts'
import { socketIn } from './socket-path.ts'

const pidFileOf = (dataDir: string): string => join(dataDir, 'postmaster.pid')

/** What the command line of the server on this directory holds, and that of no other process. */
export const commandOf = (dataDir: string): string => `/postgres -D ${dataDir}`

/** Number of the server running on `dataDir`. The file may name a stranger by now: the command line decides. */
export const findServer = async (dataDir: string): Promise<number | undefined> => {
  const text = await readOwnFile(pidFileOf(dataDir))
  const pid = Number.parseInt(text ?? '', 10)
  const facts = Number.isNaN(pid) ? undefined : findProcess(pid)
  return facts && `${facts.command} `.includes(`${commandOf(dataDir)} `) ? pid : undefined
}

/** The server's own word that clients can log in; asking at its socket would cost it a process each time. */
export const isServerReady = async (dataDir: string, pid: number): Promise<boolean> => {
  const lines = (await readOwnFile(pidFileOf(dataDir)))?.split('\n')
  // The rest of what a crash left stays until the server has written its own.
  return lines?.[0] === String(pid) && lines[7]?.trim() === 'ready'
}

/** Above every number the kernel gives out. */
const NOBODY = 4_194_304

/**
 * Makes leftovers of a crash harmless. The number in the pid file may belong to another process of the same
 * user by now, which would stop Postgres. The rest of the file stays: by it Postgres notices backends that
 * outlived their server.
 */
export const clearLeftovers = async (dataDir: string, socketDir: string): Promise<void> => {
  const text = await readOwnFile(pidFileOf(dataDir))
  if (text !== undefined) {
    await endOrphans(dataDir)
    await writeOwnFile(pidFileOf(dataDir), text.replace(/^-?\d+/, String(NOBODY)))
  }
  await rm(socketIn(socketDir), { force: true })
  await rm(`${socketIn(socketDir)}.lock`, { force: true })
}
