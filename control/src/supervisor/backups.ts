// The supervisor's part of backups: what a branch can be taken back to, and taking it there.

import type { BranchBackups, BranchRestorePoint, RestoreWish } from '@plinth/contracts'
import type { UnixClient } from '@plinth/http'
import { errors } from './errors.ts'

export type Backups = {
  readonly list: (ref: string) => Promise<BranchBackups>
  /** Oldest first. */
  readonly listPoints: (ref: string) => Promise<readonly BranchRestorePoint[]>
  /** Wakes the branch; makes a first backup where there is none to start from. */
  readonly createPoint: (ref: string, name: string) => Promise<BranchRestorePoint>
  /** Refuses what cannot be had; otherwise the branch reports `restoring` and then how it went. */
  readonly restore: (ref: string, target: RestoreWish['target']) => Promise<void>
}

/** A first backup of a large database takes its time. */
const patienceMs = 600_000

const reasonOf = (body: unknown): string =>
  typeof body === 'object' && body !== null && 'message' in body
    ? String(body.message)
    : 'The host gave no reason.'

export const backupsOf = (client: UnixClient): Backups => {
  const ask = async <T>(...call: Parameters<UnixClient['request']>): Promise<T> => {
    const [method, path, body] = call
    const answer = await client.request(method, path, body, { timeoutMs: patienceMs })
    if (answer.status >= 400) throw errors.cannotRestore(answer.status, reasonOf(answer.body))
    // The other end is ours and of the same version: its answers are typed in contracts.
    return answer.body as T
  }
  return {
    list: (ref) => ask('GET', `/branches/${ref}/backups`),
    listPoints: (ref) => ask('GET', `/branches/${ref}/restore-points`),
    createPoint: (ref, name) => ask('POST', `/branches/${ref}/restore-points`, { name }),
    restore: async (ref, target) => void (await ask('POST', `/branches/${ref}/restore`, { target })),
  }
}
