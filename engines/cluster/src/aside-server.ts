// A server on a data directory that is not in place yet: out of everybody's reach, and gone with the attempt it
// belongs to.

import { hash } from 'node:crypto'
import { chown, mkdir, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Owner } from './backup/archive.ts'
import { endOrphans } from './orphans.ts'
import { adoptCluster, type Cluster, type StartClusterOptions, startCluster } from './server.ts'
import { removeTree } from './tree.ts'

/** Unix sockets need short paths, so not below the data folder. Known afterwards, so that nothing is left there. */
const socketDirOf = (dataDir: string): string =>
  join(tmpdir(), `plinth-${hash('sha256', dataDir).slice(0, 12)}`)

/** Makes the folder of its socket, which `owner` alone may enter. */
export const makeAsideSocketDir = async (dataDir: string, { uid, gid }: Owner): Promise<string> => {
  const socketDir = socketDirOf(dataDir)
  await mkdir(socketDir, { mode: 0o700 })
  if (uid !== undefined && gid !== undefined) await chown(socketDir, uid, gid)
  return socketDir
}

export type AsideOptions = Omit<StartClusterOptions, 'isRecovery'> & {
  /** Called with the server's number when it was started; what it returns, when it is ready or has failed. */
  readonly watch?: (pid: number) => () => void
  /** Ends it while it recovers. */
  readonly signal?: AbortSignal | undefined
}

/** Resolves when it has recovered. One that does not is stopped. */
export const startAside = async ({ watch, signal, ...options }: AsideOptions): Promise<Cluster> => {
  const { socketDir } = options
  const settings = { ...options.settings, unix_socket_directories: socketDir }
  const server = await startCluster({ ...options, settings, isRecovery: true })
  const kill = () => void server.stop('immediate')
  signal?.addEventListener('abort', kill)
  const unwatch = watch?.(server.pid)
  try {
    await server.ready
    return server
  } catch (error) {
    await server.stop('immediate')
    signal?.throwIfAborted()
    throw error
  } finally {
    unwatch?.()
    signal?.removeEventListener('abort', kill)
  }
}

/** Ends the server of an attempt that was interrupted together with us, and removes what it had made. */
export const clearAside = async (dataDir: string): Promise<void> => {
  await (await adoptCluster({ dataDir }))?.stop('immediate')
  if ((await stat(dataDir).catch(() => undefined))?.isDirectory()) await endOrphans(dataDir)
  await removeTree(dataDir)
  await removeTree(socketDirOf(dataDir))
}
