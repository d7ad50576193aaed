// Read-only mode protects a full disk elsewhere; here projects have no quota, so it is never on.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef, nothing } from '../frame/shapes.ts'
import { errors } from './errors.ts'

const path = '/v1/projects/:ref/readonly'

export const getReadonlyMode = operation({
  name: 'database.readonly-get',
  about: 'Says whether the database refuses to write.',
  rest: { method: 'GET', path, status: 200, id: 'v1-get-readonly-mode-status', tag: 'Database' },
  scope: onProject('database_readonly_config_read'),
  input: z.object(byRef),
  output: z.object({
    enabled: z.boolean(),
    override_enabled: z.boolean(),
    override_active_until: z.string(),
  }),
  run: async () => ({ enabled: false, override_enabled: false, override_active_until: '' }),
})

export const disableReadonlyMode = operation({
  name: 'database.readonly-disable',
  about: 'Lets a read-only database write for a while. Refused while it is not read-only.',
  rest: {
    method: 'POST',
    path: `${path}/temporary-disable`,
    status: 201,
    id: 'v1-disable-readonly-mode-temporarily',
    tag: 'Database',
  },
  scope: onProject('database_readonly_config_write'),
  input: z.object(byRef),
  output: nothing,
  run: async () => {
    throw errors.notReadonly()
  },
})
