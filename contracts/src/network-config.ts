// Who may reach a branch's database from outside, as its owner decided.

import { z } from 'zod'

export const NetworkConfig = z.object({
  /** Addresses that may connect, as `192.0.2.0/24` or `2001:db8::/32`; absent: all may, empty: nobody. */
  allowedCidrs: z.array(z.union([z.cidrv4(), z.cidrv6()])).optional(),
  /** Connections without TLS are refused. */
  requireTls: z.boolean().optional(),
})
export type NetworkConfig = z.infer<typeof NetworkConfig>
