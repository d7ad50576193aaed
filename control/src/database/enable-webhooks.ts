// Webhooks of tables: triggers that call `supabase_functions.http_request`, sent by pg_net.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef, nothing } from '../frame/shapes.ts'
import { errors } from './errors.ts'
import { withProjectSql } from './project-sql.ts'

export const enableWebhooks = operation({
  name: 'database.webhooks-enable',
  about: 'Switches on webhooks of tables.',
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
  run: (call, { ref }) =>
    withProjectSql(call, ref, { as: 'owner', searchPath: 'pg_catalog' }, async (session) => {
      const [found] = await session.script(
        "select count(*) as n from pg_available_extensions where name = 'pg_net'",
      )
      if (Number(found?.['n']) === 0) throw errors.noWebhooks()
      await session.script(
        'create extension if not exists pg_net with schema extensions; select extensions.enable_webhooks()',
      )
    }),
})
