// The disk as a project sees it: what it takes itself, and what is free for it.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { getProject } from '../projects/queries.ts'

export const getDiskUtilization = operation({
  name: 'project-config.disk-utilization',
  about: 'Says how much of the disk the database of a project takes, and how much it could take.',
  rest: {
    method: 'GET',
    path: '/v1/projects/:ref/config/disk/util',
    status: 200,
    id: 'v1-get-disk-utilization',
    tag: 'Projects',
  },
  scope: onProject('infra_disk_config_read'),
  input: z.object(byRef),
  output: z.object({
    timestamp: z.iso.datetime(),
    metrics: z.object({
      fs_size_bytes: z.number(),
      fs_avail_bytes: z.number(),
      fs_used_bytes: z.number(),
    }),
  }),
  run: async ({ db, supervisor }, { ref }) => {
    await getProject(db, ref)
    const { database, available } = await supervisor.diskUsage(ref)
    return {
      timestamp: new Date().toISOString(),
      // The file system is shared: others' files are none of this project's business.
      metrics: {
        fs_size_bytes: database + available,
        fs_avail_bytes: available,
        fs_used_bytes: database,
      },
    }
  },
})
