// The bucket that archives are copied to: the content of the file that PLINTH_BACKUP_S3_FILE names.

import { z } from 'zod'

export const BackupBucket = z.strictObject({
  /** `https://s3.example.com`; absent: Amazon's own. pgBackRest, which carries databases there, speaks nothing else. */
  endpoint: z
    .url({
      protocol: /^https$/,
      error: 'must begin with https://, since backups travel by TLS only',
      abort: true,
    })
    .refine((text) => /^https:\/\/[^/?#@]+\/?$/.test(text), 'must name a server and nothing else')
    .optional(),
  region: z.string().min(1).default('us-east-1'),
  bucket: z.string().min(1),
  /** Comes before every name, as `plinth/`. */
  prefix: z
    .string()
    .regex(/^(?!\/)(?!.*\/\/)/, 'must not begin with a slash or hold two in a row')
    .default(''),
  accessKeyId: z.string().min(1),
  secretAccessKey: z.string().min(1),
  /** `false`: the bucket's name stands before the host name, as Amazon's and some others want it. */
  pathStyle: z.boolean().optional(),
})
export type BackupBucket = z.infer<typeof BackupBucket>
