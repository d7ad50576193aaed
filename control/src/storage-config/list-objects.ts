// The objects and folders under one path of a bucket, as file browsers show them.

import { z } from 'zod'
import { withProjectSql } from '../database/project-sql.ts'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'

const StorageObject = z.object({
  name: z.string(),
  /** Null for a folder, and so are all below. */
  id: z.string().nullable(),
  created_at: z.string().nullable(),
  updated_at: z.string().nullable(),
  last_accessed_at: z.string().nullable(),
  metadata: z.record(z.string(), z.unknown()).nullable(),
})

/** $1 bucket, $2 path without slashes at its ends, $3 and $4 the page. Folders first. */
const query = `
  with below as (
    select id, created_at, updated_at, last_accessed_at, metadata,
           substr(name, length($2) + case when $2 = '' then 1 else 2 end) as rest
      from storage.objects
     where bucket_id = $1 and ($2 = '' or starts_with(name, $2 || '/')))
  select distinct on (position('/' in rest) = 0, split_part(rest, '/', 1))
         split_part(rest, '/', 1) as name,
         case when position('/' in rest) = 0 then id::text end as id,
         case when position('/' in rest) = 0 then to_json(created_at) #>> '{}' end as created_at,
         case when position('/' in rest) = 0 then to_json(updated_at) #>> '{}' end as updated_at,
         case when position('/' in rest) = 0 then to_json(last_accessed_at) #>> '{}' end as last_accessed_at,
         case when position('/' in rest) = 0 then metadata end as metadata
    from below where rest <> ''
   order by position('/' in rest) = 0, split_part(rest, '/', 1)
   limit $3 offset $4`

export const listObjects = operation({
  name: 'storage-config.objects',
  about: 'Lists the objects and folders under one path of a bucket.',
  rest: {
    method: 'POST',
    path: '/v1/projects/:ref/storage/buckets/:bucketId/objects/list',
    status: 200,
    id: 'x-kit-list-objects',
    tag: 'Storage',
  },
  scope: onProject('storage_read'),
  input: z.object({
    ...byRef,
    bucketId: z.string().min(1),
    path: z.string().default(''),
    options: z
      .looseObject({ limit: z.int().min(1).max(1000).default(100), offset: z.int().min(0).default(0) })
      .default({ limit: 100, offset: 0 }),
  }),
  output: z.array(StorageObject),
  run: async (call, { ref, bucketId, path, options }) =>
    withProjectSql(call, ref, { as: 'reader', searchPath: '' }, async (session) => {
      const folder = path.replace(/^\/+|\/+$/g, '')
      return z
        .array(StorageObject)
        .parse(await session.query(query, [bucketId, folder, options.limit, options.offset]))
    }),
})
