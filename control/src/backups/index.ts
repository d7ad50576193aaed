// Operations of this domain, in the order the reference shows them.

import { listBackups } from './list-backups.ts'
import { createRestorePoint, getRestorePoint, restoreBackup, restorePitr, undo } from './restore.ts'
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
