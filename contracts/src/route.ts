// What the edge must know to find a branch. Holds no secret: the edge keeps it on disk.

import { z } from 'zod'
import { Ban } from './ban.ts'
import { BranchStatus } from './branch.ts'
import { ProjectRef } from './ids.ts'
import { NetworkConfig } from './network-config.ts'

/** One line of the supervisor's `GET /routes` (NDJSON: all routes, `{"ready":true}`, then every change). */
export const Route = z.object({
  ref: ProjectRef,
  status: BranchStatus,
  loopbackPort: z.int(),
  httpSocket: z.string(),
  postgresSocketDir: z.string(),
  /** Most clients at once, of the database itself and of its pooler; absent in a copy of an older version. */
  clients: z.object({ direct: z.int(), pooled: z.int() }).optional(),
  network: NetworkConfig.optional(),
  bans: z.array(Ban).optional(),
  /** Host names beside `{ref}.{domain}`. */
  hosts: z.array(z.string()).optional(),
})
export type Route = z.infer<typeof Route>

export const RouteLine = z.union([Route, z.object({ ready: z.literal(true) })])
export type RouteLine = z.infer<typeof RouteLine>
