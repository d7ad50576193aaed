// The supervisor's part of network bans: it keeps what the entrance reports.

import { Ban, type LiftWish } from '@plinth/contracts'
import { z } from 'zod'
import type { Expect } from './vault.ts'

export type Bans = {
  /** Oldest first. */
  readonly list: (ref: string) => Promise<readonly Ban[]>
  readonly lift: (ref: string, addresses: readonly string[]) => Promise<void>
}

export const bansOf = (expect: Expect): Bans => {
  const pathOf = (ref: string) => `/branches/${ref}/bans`
  return {
    list: async (ref) => z.array(Ban).parse(await expect(200, 'GET', pathOf(ref))),
    lift: async (ref, addresses) => {
      const wish: LiftWish = { addresses: [...addresses] }
      await expect(204, 'DELETE', pathOf(ref), wish)
    },
  }
}
