// Reads the Postgres settings that the owner chose.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { readKept } from '../projects/kept-settings.ts'
import { PostgresSettings } from './postgres-settings.ts'

export const keptPostgres = { kind: 'postgres', schema: PostgresSettings }

export const getPostgresConfig = operation({
  name: 'database-config.postgres-get',
  about: 'Gets the Postgres settings that differ from the platform’s own.',
  rest: {
    method: 'GET',
    path: '/v1/projects/:ref/config/database/postgres',
    status: 200,
    id: 'v1-get-postgres-config',
    tag: 'Database',
  },
  scope: onProject('database_config_read'),
  input: z.object(byRef),
  output: PostgresSettings,
  run: (call, { ref }) => readKept(call, ref, keptPostgres),
})
