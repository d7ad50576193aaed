// The files of an installation that the launcher owns: the data folder, the installation key, and the
// passwords its own programs use among themselves.

import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readInstallationKey, readSealedFile, writeSealedFile } from '@plinth/crypto'
import { errors } from '../errors.ts'

export type Installation = {
  readonly data: string
  /** Folder of the sockets; short, since a socket's path has 107 bytes at most. */
  readonly run: string
  readonly keyFile: string
  readonly secretsFile: string
  readonly firstRunFile: string
  readonly logs: string
}

const longestRunFolder = 60

/** Folder of the sockets of the installation that keeps its data there. */
export const runFolder = (data: string): string => {
  const inside = join(data, 'run')
  if (Buffer.byteLength(inside) <= longestRunFolder) return inside
  return join(tmpdir(), `plinth-${createHash('sha256').update(data).digest('hex').slice(0, 12)}`)
}

/** Writes a private file in one step, so that a crash never leaves half of it. */
export const writePrivate = async (file: string, text: string): Promise<void> => {
  const draft = `${file}.${process.pid}`
  await writeFile(draft, text, { mode: 0o600, flush: true })
  await rename(draft, file)
}

const ensureFile = async (file: string, make: () => string): Promise<void> => {
  const existing = await readFile(file, 'utf8').catch(() => undefined)
  if (!existing) await writePrivate(file, make())
}

const newSecrets = (): string => {
  const password = () => randomBytes(24).toString('base64url')
  return JSON.stringify({ controlDatabasePassword: password(), systemAdminPassword: password() })
}

const makeFolders = async (data: string, run: string, logs: string): Promise<void> => {
  // Branch processes have users of their own when we are root: they pass through, but cannot look around.
  const mode = process.getuid?.() === 0 ? 0o711 : 0o700
  for (const folder of [data, run]) {
    await mkdir(folder, { recursive: true })
    await chmod(folder, mode)
  }
  await mkdir(logs, { recursive: true, mode: 0o711 })
}

/** Stands in a data folder that is being filled from the bucket, until everything is there. */
export const recoveryMark = (data: string): string => join(data, '.recovering')

/** Makes what is missing; what exists stays as it is. */
export const openInstallation = async (data: string): Promise<Installation> => {
  // With a new key, what came from the bucket could not be opened.
  if (existsSync(recoveryMark(data))) throw errors.halfRecovered(data)
  const installation = {
    data,
    run: runFolder(data),
    keyFile: join(data, 'installation.key'),
    secretsFile: join(data, 'secrets.json'),
    firstRunFile: join(data, 'first-run.json'),
    logs: join(data, 'logs'),
  }
  try {
    await makeFolders(data, installation.run, installation.logs)
    await ensureFile(installation.keyFile, () => randomBytes(32).toString('hex'))
    const key = await readInstallationKey(installation.keyFile)
    if (!(await readSealedFile(installation.secretsFile, key)))
      await writeSealedFile(installation.secretsFile, key, newSecrets())
  } catch (cause) {
    throw errors.folderNotUsable(data, (cause as Error).message)
  }
  return installation
}
