// Settings of the storage service of one branch; keys as `config/storage` of the Management API has them.

import { z } from 'zod'

export const StorageConfig = z.object({
  /** Largest object in bytes. */
  fileSizeLimit: z
    .int()
    .min(0)
    .max(536_870_912_000)
    .default(50 * 1024 * 1024),
  imageTransformation: z.boolean().default(false),
  s3Protocol: z.boolean().default(true),
  vectorBuckets: z
    .object({ enabled: z.boolean(), maxBuckets: z.int().min(0), maxIndexes: z.int().min(0) })
    .default({ enabled: false, maxBuckets: 10, maxIndexes: 5 }),
})
export type StorageConfig = z.infer<typeof StorageConfig>
