// Gives a running server what it does not have yet of passwords and schemas, and remembers what it has.

import { isDeepStrictEqual } from 'node:util'
import { makeSecrets, repairLogins, setSecrets, updateCluster } from '@plinth/cluster'
import type { ProjectRef, StackSpec } from '@plinth/contracts'
import type { BranchNotes, DatabaseState } from './branch-notes.ts'
import type { Host } from './host.ts'
import type { BranchFolders } from './places.ts'

export type Completion = {
  readonly ref: ProjectRef
  readonly host: Host
  readonly folders: BranchFolders
  readonly notes: BranchNotes
  /** Digest of the histories that are ours. */
  readonly schema: string
  readonly ready: Promise<void> | undefined
  /** An attempt before has failed: the owner may have changed how the platform logs in. */
  readonly isDoubted: boolean
  /** The server runs with schemas of this version and is about to get ours. */
  readonly onUpgrade: (from: string) => Promise<void>
}

/** The owner may have broken more than can be mended; what still works shall run. */
const repair = async ({ ref, host, folders }: Completion, { passwords }: DatabaseState): Promise<void> => {
  try {
    await repairLogins(folders.socketDir, await makeSecrets(passwords))
  } catch (error) {
    host.observe({ level: 'warn', event: 'branch.logins_not_repaired', ref, error })
  }
}

const update = async (completion: Completion, from: string, superuserPassword: string): Promise<void> => {
  const { ref, host, schema } = completion
  if (from === schema) return
  await completion.onUpgrade(from)
  const { socketDir } = completion.folders
  const onStale = (extension: string, error: unknown) =>
    host.observe({ level: 'warn', event: 'branch.extension_stale', ref, error, fields: { extension } })
  await updateCluster({ socketDir, superuserPassword, histories: host.histories, onStale })
}

/** Logins are set when they differ, after a restart was ordered, and when they are in doubt: never on an ordinary wake. */
export const completeDatabase = async (completion: Completion, spec: StackSpec): Promise<void> => {
  const { folders, notes, schema, isDoubted } = completion
  const { passwords, edition } = spec.database
  const state = await notes.readDatabase()
  const samePasswords = isDeepStrictEqual(state?.passwords, passwords)
  const isRestarted = (spec.restartVersion ?? 0) > (state?.restartVersion ?? 0)
  // Takes processor time, so it goes on while the server starts.
  const secrets = samePasswords ? undefined : makeSecrets(passwords)
  secrets?.catch(() => undefined)
  await completion.ready
  const { dataDir, socketDir } = folders
  if (state && (isRestarted || isDoubted)) await repair(completion, state)
  if (secrets) {
    const before = state ? { currentPassword: state.passwords.supabase_admin } : {}
    await setSecrets({ dataDir, socketDir, secrets: await secrets, ...before })
    if (state) await notes.writeDatabase({ ...state, passwords })
  }
  if (state) await update(completion, state.schema, passwords.supabase_admin)
  if (samePasswords && state?.schema === schema && !isRestarted) return
  const { restartVersion } = spec
  await notes.writeDatabase({ passwords, schema, edition: state?.edition ?? edition, restartVersion })
}
