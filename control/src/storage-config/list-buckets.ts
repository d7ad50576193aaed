// The buckets of a project, read from its own database.

import { z } from 'zod'
import { withProjectSql } from '../database/project-sql.ts'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'

const Buckets = z.array(
  z.object({
    id: z.string(),
    name: z.string(),
    owner: z.string(),
    created_at: z.string(),
    updated_at: z.string(),
    public: z.boolean(),
  }),
)

const iso = (column: string) => `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
const query = `
  select id, name, coalesce(owner_id, owner::text, '') as owner, coalesce(public, false) as public,
         ${iso('created_at')} as created_at, ${iso('updated_at')} as updated_at
    from storage.buckets order by name`

export const listBuckets = operation({
  name: 'storage-config.buckets',
  about: 'Lists the storage buckets of a project.',
  rest: {
    method: 'GET',
    path: '/v1/projects/:ref/storage/buckets',
    status: 200,
    id: 'v1-list-all-buckets',
    tag: 'Storage',
  },
  scope: onProject('storage_read'),
  input: z.object(byRef),
  output: Buckets,
  run: async (call, { ref }) =>
    withProjectSql(call, ref, { as: 'reader', searchPath: '' }, async (session) =>
      Buckets.parse(await session.query(query, [])),
    ),
})
