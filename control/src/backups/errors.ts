// There are no backups yet: nothing can be restored, and every call says so.

import { defineErrors } from '@plinth/errors'

export const errors = defineErrors('backups', {
  pitrOff: () => ({
    code: 'pitr_not_enabled',
    kind: 'caller',
    status: 400,
    message: 'PITR is not enabled for this project.',
  }),
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
  restorePointsOff: () => ({
    code: 'restore_points_not_offered',
    kind: 'caller',
    status: 400,
    message: 'Restore points are not offered yet: this installation does not archive its databases.',
  }),
  scheduleOff: () => ({
    code: 'backup_schedule_not_found',
    kind: 'caller',
    status: 404,
    message: 'Backups are not scheduled: this installation does not make any yet. Use pg_dump.',
  }),
})
