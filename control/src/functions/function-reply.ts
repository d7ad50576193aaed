// A function as replies show it. Times are milliseconds; paths are `file://` addresses, which clients cut the
// common beginning off.

import { z } from 'zod'
import type { Deployed } from './rows.ts'

export const Slug = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]*$/, 'must begin with a letter')
const Status = z.enum(['ACTIVE', 'REMOVED', 'THROTTLED'])

export const FunctionReply = z.object({
  id: z.string(),
  slug: z.string(),
  name: z.string(),
  status: Status,
  version: z.int(),
  created_at: z.int().describe('Milliseconds since the epoch.'),
  updated_at: z.int(),
  verify_jwt: z.boolean(),
  import_map: z.boolean(),
  entrypoint_path: z.string(),
  import_map_path: z.string().optional(),
  ezbr_sha256: z.string(),
})

/** An entry of the bulk update: what a bundling answered, sent back. */
export const FunctionEntry = z.strictObject({
  id: z.string(),
  slug: Slug,
  name: z.string(),
  status: Status,
  version: z.int(),
  created_at: z.int().optional(),
  updated_at: z.int().optional(),
  verify_jwt: z.boolean().optional(),
  import_map: z.boolean().optional(),
  entrypoint_path: z.string().optional(),
  import_map_path: z.string().optional(),
  ezbr_sha256: z.string().optional(),
})

export const showFunction = (ref: string, { fn, version }: Deployed): z.infer<typeof FunctionReply> => {
  const address = (path: string) =>
    `file:///tmp/user_fn_${ref}_${fn.id}_${version.version}/source/${encodeURI(path)}`
  return {
    id: fn.id,
    slug: fn.slug,
    name: version.name,
    status: fn.status,
    version: version.version,
    created_at: Date.parse(fn.created_at),
    updated_at: Date.parse(fn.updated_at),
    verify_jwt: version.verify_jwt,
    import_map: version.import_map_path !== null,
    entrypoint_path: address(version.entrypoint_path),
    ...(version.import_map_path !== null && { import_map_path: address(version.import_map_path) }),
    ezbr_sha256: version.digest,
  }
}
