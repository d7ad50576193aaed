// The branch that another one starts as a copy of: it may be serving, asleep, just recovering, or deleted not long ago.

import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { isAtRest, type RunningSource } from '@plinth/cluster'
import type { ProjectRef } from '@plinth/contracts'
import { type BranchNotes, makeNotes } from './branch-notes.ts'
import { type BranchVault, makeVault } from './branch-vault.ts'
import type { Host } from './host.ts'

export type CopySource = {
  readonly dataDir: string
  readonly notes: BranchNotes
  readonly vault: BranchVault
  readonly findRunning: () => Promise<RunningSource | undefined>
}

/** Longest wait for it to recover. */
const RECOVERED_WITHIN_MS = 60_000

export const findSource = async (host: Host, ref: ProjectRef): Promise<CopySource | undefined> => {
  const present = host.databases.get(ref)?.postgres
  const home = present === undefined ? await host.deleted.homeOf(ref) : undefined
  if (home === undefined) return present
  return {
    dataDir: join(home, 'data'),
    notes: makeNotes(home, host.key),
    vault: makeVault(home, host.places.foldersOf(ref).socketDir, host.key),
    findRunning: async () => undefined,
  }
}

/** Resolves when it runs or was stopped in order: one that the power was taken from recovers first. */
export const untilCopyable = async (host: Host, ref: ProjectRef): Promise<void> => {
  const postgres = host.databases.get(ref)?.postgres
  if (postgres === undefined) return
  const deadline = performance.now() + RECOVERED_WITHIN_MS
  while (!postgres.isAlive && !(await isAtRest(postgres.dataDir)) && performance.now() < deadline)
    await delay(50)
}
