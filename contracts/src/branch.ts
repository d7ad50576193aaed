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
  /** Why the branch is broken, in words an owner understands. */
  reason: z.string().optional(),
  /** `17.12`, once known. */
  postgresVersion: z.string().optional(),
  since: z.iso.datetime(),
})
export type BranchReport = z.infer<typeof BranchReport>

/** Body of `POST /branches/{ref}/wake`, if it has one: work that the edge does not see keeps the branch awake meanwhile. */
export const WakeWish = z.object({
  /** Given back by `DELETE /branches/{ref}/holds/{id}`, or over after so many seconds. */
  hold: z.object({ id: z.string().min(1).max(64), seconds: z.number().positive().max(86_400) }),
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
})
export type BranchAddress = z.infer<typeof BranchAddress>
