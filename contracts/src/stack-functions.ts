// Edge functions of one branch as its stack must serve them. The files are content of the control database,
// named by digest; secrets are values, so this is only ever kept sealed.

import { z } from 'zod'

export const StackFunction = z.object({
  id: z.string(),
  slug: z.string(),
  version: z.int().min(1),
  verifyJwt: z.boolean(),
  /** Path of the first module among the files. */
  entrypoint: z.string(),
  importMap: z.string().nullable(),
  /** SHA-256 of everything deployed: the same digest needs no new process. */
  digest: z.string(),
  kind: z.enum(['sources', 'bundle']),
})
export type StackFunction = z.infer<typeof StackFunction>

export const StackFunctions = z.object({
  deployed: z.array(StackFunction).default([]),
  secrets: z.record(z.string(), z.string()).default({}),
})
export type StackFunctions = z.infer<typeof StackFunctions>
