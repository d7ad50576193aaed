// Test servers whose test run was killed before it could stop them: found by their folder, ended, removed.

import { existsSync } from 'node:fs'
import { readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const folderPrefix = 'plinth-postgres-'
/** Name of the file with the process id of the test run a folder belongs to. */
export const ownerFile = 'owner'

export const removeLeftovers = async (): Promise<void> => {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(folderPrefix)) continue
    const folder = join(tmpdir(), name)
    const owner = await readNumber(join(folder, ownerFile))
    // Without an owner it is just being made, by another run.
    if (owner === undefined || isAlive(owner)) continue
    await endServer(join(folder, 'data'))
    await rm(folder, { recursive: true, force: true })
  }
}

const endServer = async (dataDir: string): Promise<void> => {
  const pid = await readNumber(join(dataDir, 'postmaster.pid'))
  if (pid === undefined || !(await isServerOf(pid, dataDir))) return
  process.kill(pid, 'SIGQUIT')
}

/** Numbers of processes are given again: only one that was started on this folder is meant. */
const isServerOf = async (pid: number, dataDir: string): Promise<boolean> => {
  const commandLine = `/proc/${pid}/cmdline`
  return existsSync(commandLine) && (await readFile(commandLine, 'utf8')).split('\0').includes(dataDir)
}

const readNumber = async (file: string): Promise<number | undefined> => {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  return text === undefined ? undefined : Number.parseInt(text, 10)
}

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
