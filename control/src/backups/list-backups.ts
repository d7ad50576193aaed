// What there is to restore from.

import type { RestoreReport } from '@plinth/contracts'
import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { getProject } from '../projects/queries.ts'
import { backupNumber } from './backup-number.ts'

const Backup = z.object({
  id: z.int(),
  is_physical_backup: z.boolean(),
  status: z.enum(['COMPLETED', 'FAILED', 'PENDING', 'REMOVED', 'ARCHIVED', 'CANCELLED']),
  inserted_at: z.string(),
  /** Ours: what came of restoring it for a try. Absent until it was tried. */
  verified: z.object({ at: z.string(), is_good: z.boolean(), reason: z.string().optional() }).optional(),
})

/** Ours: how a restore goes on, or how the last one went. */
const Restore = z.object({
  status: z.enum(['RECOVERING', 'SWAPPING', 'RESTORED', 'ROLLED_BACK']),
  started_at: z.string(),
  ended_at: z.string().optional(),
  progress: z
    .object({ bytes: z.number(), total: z.number() })
    .optional()
    .describe('Files and log so far, and how much it will be as far as is known.'),
  reason: z.string().optional().describe('Why it changed nothing.'),
})

const showRestore = (restore: RestoreReport): z.infer<typeof Restore> => ({
  status: restore.status.toUpperCase() as z.infer<typeof Restore>['status'],
  started_at: restore.startedAt,
  ...(restore.endedAt !== undefined && { ended_at: restore.endedAt }),
  ...(restore.progress !== undefined && { progress: restore.progress }),
  ...(restore.reason !== undefined && { reason: restore.reason }),
})

const windowOf = (earliest: string, latest: string) => ({
  earliest_physical_backup_date_unix: Math.ceil(Date.parse(earliest) / 1000),
  latest_physical_backup_date_unix: Math.floor(Date.parse(latest) / 1000),
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
    restore: Restore.optional(),
  }),
  run: async ({ db, supervisor }, { ref }) => {
    const { region } = await getProject(db, ref)
    const { backups, window, restore } = await supervisor.backups.list(ref)
    return {
      region,
      walg_enabled: true,
      pitr_enabled: true,
      backups: backups.toReversed().map(({ endedAt, verified }) => ({
        id: backupNumber(endedAt),
        is_physical_backup: true,
        status: 'COMPLETED' as const,
        inserted_at: endedAt,
        ...(verified && {
          verified: {
            at: verified.at,
            is_good: verified.isGood,
            ...(verified.reason !== undefined && { reason: verified.reason }),
          },
        }),
      })),
      physical_backup_data: window.earliest === undefined ? {} : windowOf(window.earliest, window.latest),
      ...(restore && { restore: showRestore(restore) }),
    }
  },
})
