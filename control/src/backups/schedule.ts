// When backups are made is the host's affair: daily, and when a project goes to sleep.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { errors } from './errors.ts'

const path = '/v1/projects/:ref/database/backups/schedule'
const tag = 'Database'
const Schedule = z.object({ schedule_for: z.string(), updated_at: z.string() })

const refuse = async (): Promise<never> => {
  throw errors.scheduleOff()
}

export const getSchedule = operation({
  name: 'backups.schedule-get',
  about: 'Gets the time of the daily backup.',
  rest: { method: 'GET', path, status: 200, id: 'v1-get-backup-schedule', tag },
  scope: onProject('backups_read'),
  input: z.object(byRef),
  output: Schedule,
  run: refuse,
})

export const updateSchedule = operation({
  name: 'backups.schedule-update',
  about: 'Sets the time of the daily backup.',
  rest: { method: 'PATCH', path, status: 200, id: 'v1-update-backup-schedule', tag },
  scope: onProject('backups_write'),
  input: z.object({
    ...byRef,
    schedule_for: z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?$/, 'must be a time'),
  }),
  output: Schedule,
  run: refuse,
})
