// What stands in the way of a restore, where the control plane itself knows.

import { defineErrors } from '@plinth/errors'

export const errors = defineErrors('backups', {
  backupNotFound: () => ({
    code: 'backup_not_found',
    kind: 'caller',
    status: 404,
    message: 'Backup not found',
  }),
  restorePointNotFound: () => ({
    code: 'restore_point_not_found',
    kind: 'caller',
    status: 404,
    message: 'Restore point not found',
  }),
  runGoing: (kind: string) => ({
    code: 'project_busy',
    kind: 'caller',
    status: 409,
    message: `A run (${kind}) works with this database: wait for its end, then restore. GET /v1/projects/{ref}/actions lists runs.`,
  }),
  scheduleOff: () => ({
    code: 'backup_schedule_not_found',
    kind: 'caller',
    status: 404,
    message: 'The time of backups cannot be chosen: they are made daily and when a project goes to sleep.',
  }),
})
