// The bucket that archives are copied to: the content of the file that PLINTH_BACKUP_S3_FILE names.

import { z } from 'zod'

export const BackupBucket = z.strictObject({
  /** `https://s3.example.com`; absent: Amazon's own. */
  endpoint: z.url({ protocol: /^https?$/ }).optional(),
  region: z.string().min(1).default('us-east-1'),
  bucket: z.string().min(1),
  /** Comes before every name, as `plinth/`. */
  prefix: z.string().default(''),
  accessKeyId: z.string().min(1),
  secretAccessKey: z.string().min(1),
  /** `false`: the bucket's name stands before the host name, as Amazon's and some others want it. */
  pathStyle: z.boolean().optional(),
})
export type BackupBucket = z.infer<typeof BackupBucket>
