// What there is to restore from: nothing yet.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { getProject } from '../projects/queries.ts'

const Backup = z.object({
  id: z.int(),
  is_physical_backup: z.boolean(),
  status: z.enum(['COMPLETED', 'FAILED', 'PENDING', 'REMOVED', 'ARCHIVED', 'CANCELLED']),
  inserted_at: z.string(),
})

export const listBackups = operation({
  name: 'backups.list',
  about: 'Lists the backups of a project.',
  rest: {
    method: 'GET',
    path: '/v1/projects/:ref/database/backups',
    status: 200,
    id: 'v1-list-all-backups',
    tag: 'Database',
  },
  scope: onProject('backups_read'),
  input: z.object(byRef),
  output: z.object({
    region: z.string(),
    walg_enabled: z.boolean(),
    pitr_enabled: z.boolean(),
    backups: z.array(Backup),
    physical_backup_data: z.object({
      earliest_physical_backup_date_unix: z.int().optional(),
      latest_physical_backup_date_unix: z.int().optional(),
    }),
  }),
  run: async ({ db }, { ref }) => ({
    region: (await getProject(db, ref)).region,
    walg_enabled: false,
    pitr_enabled: false,
    backups: [],
    physical_backup_data: {},
  }),
})
