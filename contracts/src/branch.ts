// A branch as the supervisor reports it, and the calls the supervisor answers.

import { z } from 'zod'
import { ProjectRef } from './ids.ts'

export const BranchStatus = z.enum([
  'provisioning',
  'asleep',
  'waking',
  'awake',
  'dozing',
  'stopping',
  /** Its database is taken back to an earlier moment; who asks for it waits. */
  'restoring',
  'paused',
  'broken',
  'removing',
  'gone',
])
export type BranchStatus = z.infer<typeof BranchStatus>

/** One line of `GET /events` (NDJSON: all branches first, then every change) and of `GET /branches`. */
export const BranchReport = z.object({
  ref: ProjectRef,
  status: BranchStatus,
  specVersion: z.int(),
  /** Something that was ordered comes at once: it is up and will be stopped, or asleep and will be started. */
  leaving: z.literal(true).optional(),
  /** Why the last restore changed nothing, in words an owner understands. */
  notRestored: z.string().optional(),
  /** Why the branch is broken, in words an owner understands. */
  reason: z.string().optional(),
  /** `17.12`, once known. */
  postgresVersion: z.string().optional(),
  since: z.iso.datetime(),
})
export type BranchReport = z.infer<typeof BranchReport>

/** Body of `POST /branches/{ref}/wake`, if it has one. */
export const WakeWish = z.object({
  /** `database`: answered as soon as Postgres takes clients, though the stack may still be starting. */
  part: z.enum(['everything', 'database']).optional(),
  /**
   * Work that the edge does not see keeps the branch awake: until `DELETE /branches/{ref}/holds/{id}`, or so many
   * seconds at most.
   */
  hold: z.object({ id: z.string().min(1).max(64), seconds: z.number().positive().max(86_400) }).optional(),
  /** A branch that does not serve after so many seconds is answered by `StillWaking`, to be asked for again. */
  answerWithin: z.number().positive().max(3600).optional(),
})
export type WakeWish = z.infer<typeof WakeWish>

/** Body of `POST /activity`: branches that had traffic since the last report or have something open. */
export const ActivityReport = z.object({ refs: z.array(z.string()).max(100_000) })
export type ActivityReport = z.infer<typeof ActivityReport>

/** Answer of `POST /branches/{ref}/wake`: sent when the branch serves. */
export const BranchAddress = z.object({
  ref: ProjectRef,
  httpSocket: z.string(),
  postgresSocketDir: z.string(),
  /** Name of the database; the installation's usual one when absent. */
  database: z.string().optional(),
})
export type BranchAddress = z.infer<typeof BranchAddress>

/** Answer 202 of `POST /branches/{ref}/wake` with `answerWithin`. */
export const StillWaking = z.object({
  /** Others go first: its start has not begun, or not all of it. */
  inLine: z.boolean(),
})
export type StillWaking = z.infer<typeof StillWaking>

/** Where a database is taken back to: body of `POST /branches/{ref}/restore`, as `target`. */
export const RestoreWish = z.object({
  target: z.union([
    z.strictObject({ restorePoint: z.string() }),
    /** The last transaction that committed at or before this moment is the last one there. */
    z.strictObject({ time: z.iso.datetime({ offset: true }) }),
    /** Id of a listed backup: the moment it ended. */
    z.strictObject({ backup: z.string() }),
  ]),
})
export type RestoreWish = z.infer<typeof RestoreWish>

export const RestorePointWish = z.object({ name: z.string() })

/** Answer of `GET /branches/{ref}/backups`. */
export type BranchBackups = {
  /** Oldest first. */
  readonly backups: readonly {
    readonly id: string
    readonly kind: 'running' | 'stopped'
    readonly label: string
    readonly startedAt: string
    readonly endedAt: string
    readonly bytes: number
    /** What came of restoring it for a try. */
    readonly verified?: { readonly at: string; readonly isGood: boolean; readonly reason?: string }
  }[]
  /** Every moment in it can be restored; nothing can while there is no `earliest`. */
  readonly window: { readonly earliest?: string; readonly latest: string }
  /** The restore that goes on, or the last one since the supervisor started. */
  readonly restore?: RestoreReport
}

export type RestoreReport = {
  readonly target: RestoreWish['target']
  readonly status: 'recovering' | 'swapping' | 'restored' | 'rolled_back'
  readonly startedAt: string
  readonly endedAt?: string
  /** Bytes of files and log so far, and how many it will be as far as is known. */
  readonly progress?: { readonly bytes: number; readonly total: number }
  /** Why it was rolled back, in words an owner understands. */
  readonly reason?: string
}

/** One of the answer of `GET /deleted`: its database can still be the source of a new branch. */
export const DeletedReport = z.object({ ref: ProjectRef, deletedAt: z.iso.datetime() })
export type DeletedReport = z.infer<typeof DeletedReport>

/** Answer of `GET /branches/{ref}/disk`, in bytes. */
export const DiskUsage = z.object({
  /** Its database with the log that is not archived yet. */
  database: z.number(),
  /** What it can be restored from. */
  archive: z.number(),
  logs: z.number(),
  /** Of the file system its database is on, which it shares. */
  available: z.number(),
})
export type DiskUsage = z.infer<typeof DiskUsage>

/** Answer of `GET /branches/{ref}/restore-points` (a list) and of `POST`. */
export type BranchRestorePoint = { readonly name: string; readonly at: string }

/** Answer of `GET` and body of `PUT /branches/{ref}/vault-key`. */
export const VaultKey = z.object({ key: z.string().regex(/^[0-9a-f]{64}$/i) })
export type VaultKey = z.infer<typeof VaultKey>

/** Number of the advisory lock that a stack holds in its database while requests from SQL are on their way. */
export const SENDING_LOCK = 0x706c_6e74
