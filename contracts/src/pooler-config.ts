// What the owner of a branch may choose of the pooler in front of its database.

import { z } from 'zod'

export const PoolerConfig = z.object({
  /** For how long a client holds a connection to the server. */
  mode: z.enum(['transaction', 'session']).default('transaction'),
  /** Connections to the server for each role; absent: what the size gives. */
  connections: z.int().min(1).max(3000).optional(),
})
export type PoolerConfig = z.infer<typeof PoolerConfig>
