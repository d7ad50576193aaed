// Webhooks of tables are sent by an extension that is not part of this installation.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef, nothing } from '../frame/shapes.ts'
import { errors } from './errors.ts'

export const enableWebhooks = operation({
  name: 'database.webhooks-enable',
  about: 'Switches on webhooks of tables. Refused while nothing can send them.',
  rest: {
    method: 'POST',
    path: '/v1/projects/:ref/database/webhooks/enable',
    status: 201,
    id: 'v1-enable-database-webhook',
    tag: 'Database',
  },
  scope: onProject('database_webhooks_config_write'),
  input: z.object(byRef),
  output: nothing,
  run: async () => {
    throw errors.noWebhooks()
  },
})
