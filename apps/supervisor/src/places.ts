// Where everything of a branch lies on this host, and who may pass: a branch's own folders are closed to all but
// its user; the folders above them let everybody through and nobody look.

import { chmod, chown, mkdir, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { StackPlace } from '@plinth/contracts'

export type BranchFolders = {
  /** `<data>/clusters/<name>`: ours, for notes about the branch beside its data. */
  readonly home: string
  readonly dataDir: string
  readonly socketDir: string
  /** Ours alone: what the branch's user could replace, we must not write to. */
  readonly logs: string
  /** Everything it can be restored from. */
  readonly archive: string
}

export type Places = {
  readonly foldersOf: (name: string) => BranchFolders
  readonly placeOf: (name: string, uid: number | undefined) => StackPlace
  /** Makes the folders around a branch's data (not the data directory itself). */
  readonly prepare: (name: string, uid: number | undefined) => Promise<void>
  /** Removes everything of a branch from this host. */
  readonly remove: (name: string) => Promise<void>
}

const isRoot = process.getuid?.() === 0

const makeFolder = async (folder: string, mode: number, uid?: number): Promise<void> => {
  await mkdir(folder, { recursive: true, mode })
  await chmod(folder, mode)
  if (uid !== undefined) await chown(folder, uid, uid)
}

/** Lets other users pass through `path` and every folder above it. Root's own home is closed by default. */
export const openForPassing = async (path: string): Promise<void> => {
  const { mode } = await stat(path)
  if ((mode & 0o001) === 0) await chmod(path, (mode & 0o7777) | 0o001)
  if (dirname(path) !== path) await openForPassing(dirname(path))
}

export const openPlaces = async (data: string, run: string): Promise<Places> => {
  const passing = isRoot ? 0o711 : 0o700
  for (const folder of [data, run, join(data, 'clusters'), join(data, 'logs'), join(data, 'archive')])
    await makeFolder(folder, passing)
  if (isRoot) {
    await openForPassing(data)
    await openForPassing(run)
  }

  const foldersOf = (name: string): BranchFolders => ({
    home: join(data, 'clusters', name),
    dataDir: join(data, 'clusters', name, 'data'),
    socketDir: join(run, name),
    logs: join(data, 'logs', name),
    archive: join(data, 'archive', name),
  })
  return {
    foldersOf,
    placeOf: (name, uid) => ({
      postgresSocketDir: join(run, name),
      httpSocket: join(run, name, 'http.sock'),
      adminSocket: join(run, name, 'admin.sock'),
      ...(uid === undefined ? {} : { uid, gid: uid }),
    }),
    prepare: async (name, uid) => {
      const { home, socketDir, logs } = foldersOf(name)
      await makeFolder(home, passing)
      await makeFolder(socketDir, 0o700, uid)
      await makeFolder(logs, 0o700)
    },
    remove: async (name) => {
      const { home, socketDir, logs, archive } = foldersOf(name)
      for (const folder of [socketDir, home, logs, archive])
        await rm(folder, { recursive: true, force: true })
    },
  }
}
