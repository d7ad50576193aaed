// The key of a branch's vault: sealed beside its data, and in the open only beside its server's socket. A restore keeps
// it, a copy takes its source's.

import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeDurably, writeVaultKey } from '@plinth/cluster'
import { seal, unseal } from '@plinth/crypto'

export type BranchVault = {
  /** 64 hexadecimal digits; made when it is first asked for. */
  readonly readKey: () => Promise<string>
  /** What was encrypted with the key before cannot be read any more. */
  readonly writeKey: (key: string) => Promise<void>
  /** Puts the key where the server reads it; its folder must be there. */
  readonly lay: () => Promise<void>
}

export const makeVault = (home: string, socketDir: string, installationKey: Buffer): BranchVault => {
  const file = join(home, 'vault.sealed')
  const writeKey = (key: string) => writeDurably(file, seal(installationKey, key))
  const readKey = async (): Promise<string> => {
    const sealed = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw error
    })
    if (sealed !== undefined) return unseal(installationKey, sealed).toString('utf8')
    const key = randomBytes(32).toString('hex')
    await writeKey(key)
    return key
  }
  return { readKey, writeKey, lay: async () => writeVaultKey(socketDir, await readKey()) }
}
