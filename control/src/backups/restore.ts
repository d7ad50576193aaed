// Ways back to an earlier state of the database. Each is asked for and answered at once; the project is RESTORING
// until it serves again.

import type { RestoreWish } from '@plinth/contracts'
import { z } from 'zod'
import { findRunOn } from '../branches/run-queries.ts'
import type { Call } from '../frame/call.ts'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef, nothing } from '../frame/shapes.ts'
import { errors as projectErrors } from '../projects/errors.ts'
import { projectStatus } from '../projects/project-status.ts'
import { setStatus } from '../projects/queries.ts'
import { changeProject } from '../projects/spec.ts'
import { backupNumber } from './backup-number.ts'
import { errors } from './errors.ts'

const base = '/v1/projects/:ref/database/backups'
const tag = 'Database'

/** The status moves and the host is asked under one lock: a refusal leaves the status as it was. */
const rewind = (call: Call, ref: string, target: RestoreWish['target']): Promise<void> =>
  changeProject(call, ref, 'restore', async ({ db, project }) => {
    const next = projectStatus.after(project.status, 'rewind')
    if (next === undefined) throw projectErrors.conflict(project.status, 'restore')
    const run = await findRunOn(db, ref)
    if (run !== undefined) throw errors.runGoing(run.kind)
    await setStatus(db, ref, next)
    await call.supervisor.backups.restore(ref, target)
    return { result: undefined }
  })

export const restorePitr = operation({
  name: 'backups.restore-pitr',
  about: 'Takes the database back to a second in the past.',
  rest: { method: 'POST', path: `${base}/restore-pitr`, status: 201, id: 'v1-restore-pitr-backup', tag },
  scope: onProject('backups_write'),
  input: z.object({ ...byRef, recovery_time_target_unix: z.int().min(0).max(8_640_000_000_000) }),
  output: nothing,
  run: (call, { ref, recovery_time_target_unix: second }) =>
    rewind(call, ref, { time: new Date(second * 1000).toISOString() }),
})

export const restoreBackup = operation({
  name: 'backups.restore',
  about: 'Takes the database back to a backup.',
  rest: { method: 'POST', path: `${base}/restore`, status: 201, id: 'v1-restore-physical-backup', tag },
  scope: onProject('backups_write'),
  input: z.object({ ...byRef, id: z.int() }),
  output: nothing,
  run: async (call, { ref, id }) => {
    const { backups } = await call.supervisor.backups.list(ref)
    const found = backups.find(({ endedAt }) => backupNumber(endedAt) === id)
    if (found === undefined) throw errors.backupNotFound()
    await rewind(call, ref, { backup: found.id })
  },
})

export const undo = operation({
  name: 'backups.undo',
  about: 'Takes the database back to a restore point.',
  rest: { method: 'POST', path: `${base}/undo`, status: 201, id: 'v1-undo', tag },
  scope: onProject('backups_write'),
  input: z.object({ ...byRef, name: z.string().min(1).max(20) }),
  output: nothing,
  run: (call, { ref, name }) => rewind(call, ref, { restorePoint: name }),
})
