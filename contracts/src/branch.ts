// A branch as the supervisor reports it, and the calls the supervisor answers.

import { z } from 'zod'
import { ProjectRef } from './ids.ts'

export const BranchStatus = z.enum([
  'provisioning',
  'asleep',
  'waking',
  'awake',
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

/** Answer of `POST /branches/{ref}/wake`: sent when the branch serves. */
export const BranchAddress = z.object({
  ref: ProjectRef,
  httpSocket: z.string(),
  postgresSocketDir: z.string(),
})
export type BranchAddress = z.infer<typeof BranchAddress>
