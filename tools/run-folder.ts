// The folder in which a run of all tests keeps everything that it writes. What is still there at the end was forgotten by a
// test; what a run left that was killed goes when the next one begins.

import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isAlive, ownerFile } from '../ground/testing/src/leftovers.ts'
import { findMemoryFolder } from './memory-folder.ts'

const prefix = 'plinth-test-'
/** As `mkdtemp` names what a test makes; runners and clients keep things there as well. */
const ofTest = /^[a-z0-9-]+-[A-Za-z0-9]{6}$/

/** Whatever was started from a folder names it. */
const endProcessesOf = async (folder: string): Promise<void> => {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    if (command.includes(`${folder}/`) && isAlive(Number(pid))) process.kill(Number(pid), 'SIGKILL')
  }
}

const removeLeftovers = async (place: string): Promise<void> => {
  for (const name of (await readdir(place)).filter((one) => one.startsWith(prefix))) {
    const folder = join(place, name)
    // Other people's are theirs to remove.
    if ((await stat(folder)).uid !== process.getuid?.()) continue
    const owner = await readFile(join(folder, ownerFile), 'utf8').catch(() => undefined)
    // Without an owner it is just being made, by another run.
    if (owner === undefined || isAlive(Number(owner))) continue
    await endProcessesOf(folder)
    await rm(folder, { recursive: true, force: true })
  }
}

export type RunFolder = {
  readonly path: string
  /** Names of what tests have left there. */
  readonly listForgotten: () => Promise<readonly string[]>
  readonly remove: () => Promise<void>
}

/** The folder for temporary files that somebody chose, or else memory where there is plenty. */
export const findPlace = async (): Promise<string> =>
  process.env['TMPDIR'] ?? (await findMemoryFolder()) ?? tmpdir()

export const makeRunFolder = async (place: string): Promise<RunFolder> => {
  await removeLeftovers(place)
  const path = await mkdtemp(join(place, prefix))
  await writeFile(join(path, ownerFile), String(process.pid))
  // Processes with users of their own pass through.
  await chmod(path, 0o711)
  return {
    path,
    listForgotten: async () => (await readdir(path)).filter((name) => ofTest.test(name)),
    remove: () => rm(path, { recursive: true, force: true }),
  }
}
