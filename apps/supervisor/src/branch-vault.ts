// The key of a branch's vault: sealed beside its data, and in the open only beside its server's socket. A restore keeps
// it, a copy takes its source's.

import { randomBytes } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { writeDurably, writeVaultKey } from '@plinth/cluster'
import { seal, unseal } from '@plinth/crypto'

export type BranchVault = {
  /** 64 hexadecimal digits; made when it is first asked for. */
  readonly readKey: () => Promise<string>
  /** What was encrypted with the key before cannot be read any more. */
  readonly writeKey: (key: string) => Promise<void>
  /** Leaves the key, sealed, where the database is restored from. */
  readonly keepIn: (archive: string) => Promise<void>
  /** Takes it back from there when it was lost here. */
  readonly recover: (archive: string) => Promise<void>
  /** Puts the key where the server reads it; its folder must be there. */
  readonly lay: () => Promise<void>
}

export const makeVault = (home: string, socketDir: string, installationKey: Buffer): BranchVault => {
  const file = join(home, 'vault.sealed')
  const writeKey = (key: string) => writeDurably(file, seal(installationKey, key))
  const read = (path: string): Promise<string | undefined> =>
    readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw error
    })
  const readKey = async (): Promise<string> => {
    const sealed = await read(file)
    if (sealed !== undefined) return unseal(installationKey, sealed).toString('utf8')
    const key = randomBytes(32).toString('hex')
    await writeKey(key)
    return key
  }
  const keptIn = (archive: string) => join(archive, basename(file))
  return {
    readKey,
    writeKey,
    keepIn: async (archive) => {
      const sealed = seal(installationKey, await readKey())
      await writeDurably(keptIn(archive), sealed)
    },
    recover: async (archive) => {
      const sealed = await read(keptIn(archive))
      if (sealed === undefined || (await read(file)) !== undefined) return
      await mkdir(dirname(file), { recursive: true, mode: 0o711 })
      await writeDurably(file, sealed)
    },
    lay: async () => writeVaultKey(socketDir, await readKey()),
  }
}
