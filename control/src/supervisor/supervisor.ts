// The supervisor of this host, over its socket. The control plane tells it what should be; it reports what is.

import { randomUUID } from 'node:crypto'
import {
  BranchAddress,
  BranchReport,
  DeletedReport,
  DiskUsage,
  type StackSpec,
  type WakeWish,
} from '@plinth/contracts'
import { unixClient } from '@plinth/http'
import { z } from 'zod'
import { type Backups, backupsOf } from './backups.ts'
import { type Bans, bansOf } from './bans.ts'
import { errors } from './errors.ts'
import { type Vault, vaultOf } from './vault.ts'

export type FollowReports = {
  readonly onReport: (report: BranchReport) => void
  /** With each new connection, before its first report: what was known may be out of date. */
  readonly onConnect: () => void
  readonly onLost: (error: unknown) => void
  readonly signal: AbortSignal
}

export type Supervisor = {
  /** Makes the branch what the spec says; the answer does not wait for it. */
  readonly put: (spec: StackSpec) => Promise<void>
  readonly list: () => Promise<readonly BranchReport[]>
  /** Where the branch serves; wakes it when it sleeps. Throws when it cannot serve. */
  readonly wake: (ref: string, timeoutMs?: number) => Promise<BranchAddress>
  /** Wakes the database at least; the branch then stays awake until it is let go, at most for `holdMs` longer. */
  readonly hold: (
    ref: string,
    holdMs: number,
    timeoutMs?: number,
  ) => Promise<{ readonly address: BranchAddress; readonly letGo: () => void }>
  readonly backups: Backups
  readonly bans: Bans
  /** Deleted branches whose databases can still be copied, oldest first. */
  readonly listDeleted: () => Promise<readonly DeletedReport[]>
  readonly diskUsage: (ref: string) => Promise<DiskUsage>
  readonly vault: Vault
  readonly abilities: () => Promise<HostAbilities>
  readonly isHealthy: () => Promise<boolean>
  /** Every branch once, then each change, until the signal; reconnects by itself. */
  readonly follow: (follow: FollowReports) => Promise<void>
  readonly close: () => Promise<void>
}

const Refusal = z.object({ message: z.string() })
const messageOf = (body: unknown): string => {
  const refusal = Refusal.safeParse(body)
  return refusal.success ? refusal.data.message : 'The host gave no reason.'
}

const HostHealth = z.object({ pooler: z.boolean(), limits: z.object({ why: z.string().optional() }) })

export type HostAbilities = {
  /** Whether it can put a pooler before a branch's Postgres. */
  readonly pooler: boolean
  /** Why memory and processors of a branch are not limited there; `undefined` when they are. */
  readonly whyNoLimits: string | undefined
}

const defaultWakeMs = 60_000

/** Nothing is opened before the first call. */
export const connectSupervisor = (socketPath: string): Supervisor => {
  const client = unixClient(socketPath)
  const expect = async (status: number, ...ask: Parameters<typeof client.request>): Promise<unknown> => {
    const answer = await client.request(...ask)
    if (answer.status !== status) throw errors.refused(answer.status, messageOf(answer.body))
    return answer.body
  }
  return {
    put: async (spec) => void (await expect(202, 'PUT', `/branches/${spec.ref}`, spec)),
    list: async () => z.array(BranchReport).parse(await expect(200, 'GET', '/branches')),
    wake: async (ref, timeoutMs = defaultWakeMs) =>
      BranchAddress.parse(await expect(200, 'POST', `/branches/${ref}/wake`, undefined, { timeoutMs })),
    hold: async (ref, holdMs, timeoutMs = defaultWakeMs) => {
      const id = randomUUID()
      const wish: WakeWish = { part: 'database', hold: { id, seconds: (timeoutMs + holdMs) / 1000 } }
      return {
        address: BranchAddress.parse(await expect(200, 'POST', `/branches/${ref}/wake`, wish, { timeoutMs })),
        // Not heard: the hold runs out by itself.
        letGo: () => void client.request('DELETE', `/branches/${ref}/holds/${id}`).catch(() => undefined),
      }
    },
    backups: backupsOf(client),
    bans: bansOf(expect),
    listDeleted: async () => z.array(DeletedReport).parse(await expect(200, 'GET', '/deleted')),
    diskUsage: async (ref) => DiskUsage.parse(await expect(200, 'GET', `/branches/${ref}/disk`)),
    vault: vaultOf(expect),
    abilities: async () => {
      const answer = await client.request('GET', '/health').catch(() => undefined)
      const { data } = HostHealth.safeParse(answer?.body)
      if (data === undefined) return { pooler: false, whyNoLimits: 'the host did not answer' }
      return { pooler: data.pooler, whyNoLimits: data.limits.why }
    },
    isHealthy: async () => {
      try {
        return (await client.request('GET', '/health', undefined, { timeoutMs: 2000 })).status === 200
      } catch {
        return false
      }
    },
    follow: ({ onReport, ...rest }) =>
      client.follow('/events', { ...rest, onLine: (line) => onReport(BranchReport.parse(line)) }),
    close: client.close,
  }
}
