// Operations of this domain, in the order the reference shows them.

import { listBackups } from './list-backups.ts'
import { restoreBackup, restorePitr, undo } from './restore.ts'
import { createRestorePoint, getRestorePoint } from './restore-points.ts'
import { getSchedule, updateSchedule } from './schedule.ts'

export const backups = [
  listBackups,
  restorePitr,
  restoreBackup,
  createRestorePoint,
  getRestorePoint,
  undo,
  getSchedule,
  updateSchedule,
]
