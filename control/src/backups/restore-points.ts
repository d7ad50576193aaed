// Named states of the database to come back to.

import type { BranchRestorePoint } from '@plinth/contracts'
import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { errors } from './errors.ts'

const path = '/v1/projects/:ref/database/backups/restore-point'
const tag = 'Database'
const Name = z.string().min(1).max(20)

const RestorePoint = z.object({
  name: z.string(),
  status: z.enum(['AVAILABLE', 'PENDING', 'REMOVED', 'FAILED']),
  completed_on: z.string().nullable(),
})

const show = ({ name, at }: BranchRestorePoint) => ({ name, status: 'AVAILABLE' as const, completed_on: at })

export const createRestorePoint = operation({
  name: 'backups.restore-point-create',
  about: 'Gives the present state of the database a name to come back to.',
  rest: { method: 'POST', path, status: 201, id: 'v1-create-restore-point', tag },
  scope: onProject('backups_write'),
  input: z.object({ ...byRef, name: Name }),
  output: RestorePoint,
  run: async ({ supervisor }, { ref, name }) => show(await supervisor.backups.createPoint(ref, name)),
})

export const getRestorePoint = operation({
  name: 'backups.restore-point-get',
  about: 'Gets the newest restore point, or the named one.',
  rest: { method: 'GET', path, status: 200, id: 'v1-get-restore-point', tag },
  scope: onProject('backups_read'),
  input: z.object({ ...byRef, name: Name.optional() }),
  output: RestorePoint,
  run: async ({ supervisor }, { ref, name }) => {
    const points = await supervisor.backups.listPoints(ref)
    const found = name === undefined ? points.at(-1) : points.find((point) => point.name === name)
    if (found === undefined) throw errors.restorePointNotFound()
    return show(found)
  },
})
