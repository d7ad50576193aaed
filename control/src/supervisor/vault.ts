// The supervisor's part of a project's vault: it keeps the key.

import { VaultKey } from '@plinth/contracts'
import type { UnixClient } from '@plinth/http'

export type Vault = {
  /** 64 hexadecimal digits. */
  readonly readKey: (ref: string) => Promise<string>
  readonly writeKey: (ref: string, key: string) => Promise<void>
}

/** Asks the supervisor; another status than this one is an error. */
export type Expect = (status: number, ...ask: Parameters<UnixClient['request']>) => Promise<unknown>

export const vaultOf = (expect: Expect): Vault => {
  const pathOf = (ref: string) => `/branches/${ref}/vault-key`
  return {
    readKey: async (ref) => VaultKey.parse(await expect(200, 'GET', pathOf(ref))).key,
    writeKey: async (ref, key) => void (await expect(200, 'PUT', pathOf(ref), { key })),
  }
}
