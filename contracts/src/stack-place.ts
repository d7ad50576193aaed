// Where one stack lives on its host: decided by the supervisor, not by the control plane.

import { z } from 'zod'

/** All paths are absolute; sockets lie in a folder that only the branch's user may enter. */
export const StackPlace = z.object({
  /** Folder of the Postgres socket (`<folder>/.s.PGSQL.5432`). */
  postgresSocketDir: z.string(),
  /** Name of the database; `postgres` when absent. */
  database: z.string().optional(),
  /** Socket on which the stack serves HTTP to the edge. */
  httpSocket: z.string(),
  /** Socket on which the stack takes a new spec from the supervisor. */
  adminSocket: z.string(),
  /** System user and group to become; absent when the platform does not run as root. */
  uid: z.int().optional(),
  gid: z.int().optional(),
})
export type StackPlace = z.infer<typeof StackPlace>

/** Body of `PUT /spec` on a stack's admin socket. */
export const StackAssignment = z.object({ spec: z.unknown(), place: StackPlace })
