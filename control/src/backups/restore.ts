// Ways back to an earlier state of the database. None is built yet; each refuses in upstream's words.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef, nothing } from '../frame/shapes.ts'
import { errors } from './errors.ts'

const base = '/v1/projects/:ref/database/backups'
const tag = 'Database'
const Name = z.string().min(1).max(20)

const RestorePoint = z.object({
  name: z.string(),
  status: z.enum(['AVAILABLE', 'PENDING', 'REMOVED', 'FAILED']),
  completed_on: z.string().nullable(),
})

export const restorePitr = operation({
  name: 'backups.restore-pitr',
  about: 'Takes the database back to a second in the past.',
  rest: { method: 'POST', path: `${base}/restore-pitr`, status: 201, id: 'v1-restore-pitr-backup', tag },
  scope: onProject('backups_write'),
  input: z.object({ ...byRef, recovery_time_target_unix: z.int().min(0) }),
  output: nothing,
  run: async () => {
    throw errors.pitrOff()
  },
})

export const restoreBackup = operation({
  name: 'backups.restore',
  about: 'Takes the database back to a backup.',
  rest: { method: 'POST', path: `${base}/restore`, status: 201, id: 'v1-restore-physical-backup', tag },
  scope: onProject('backups_write'),
  input: z.object({ ...byRef, id: z.int() }),
  output: nothing,
  run: async () => {
    throw errors.backupNotFound()
  },
})

export const createRestorePoint = operation({
  name: 'backups.restore-point-create',
  about: 'Gives the present state of the database a name to come back to.',
  rest: { method: 'POST', path: `${base}/restore-point`, status: 201, id: 'v1-create-restore-point', tag },
  scope: onProject('backups_write'),
  input: z.object({ ...byRef, name: Name }),
  output: RestorePoint,
  run: async () => {
    throw errors.restorePointsOff()
  },
})

export const getRestorePoint = operation({
  name: 'backups.restore-point-get',
  about: 'Gets the newest restore point, or the named one.',
  rest: { method: 'GET', path: `${base}/restore-point`, status: 200, id: 'v1-get-restore-point', tag },
  scope: onProject('backups_read'),
  input: z.object({ ...byRef, name: Name.optional() }),
  output: RestorePoint,
  run: async () => {
    throw errors.restorePointNotFound()
  },
})

export const undo = operation({
  name: 'backups.undo',
  about: 'Takes the database back to a restore point.',
  rest: { method: 'POST', path: `${base}/undo`, status: 201, id: 'v1-undo', tag },
  scope: onProject('backups_write'),
  input: z.object({ ...byRef, name: Name }),
  output: nothing,
  run: async () => {
    throw errors.restorePointNotFound()
  },
})
