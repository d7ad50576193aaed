// Settings of the realtime service of one branch; keys as `config/realtime` of the Management API has them.

import { z } from 'zod'

const upTo = (most: number) => z.int().min(1).max(most)

export const RealtimeConfig = z.object({
  /** Only channels whose policies let the caller in. */
  private_only: z.boolean().default(false),
  connection_pool: upTo(100).default(2),
  postgres_changes_pool: upTo(100).nullable().default(null),
  max_concurrent_users: upTo(300_000).default(200),
  max_events_per_second: upTo(50_000).default(100),
  max_bytes_per_second: upTo(10_000_000).default(100_000),
  max_channels_per_client: upTo(10_000).default(100),
  max_joins_per_second: upTo(5000).default(100),
  max_presence_events_per_second: upTo(5000).default(50),
  max_payload_size_in_kb: upTo(10_000).default(256),
  /** Keeps the service down. */
  suspend: z.boolean().default(false),
  presence_enabled: z.boolean().default(true),
})
export type RealtimeConfig = z.infer<typeof RealtimeConfig>
