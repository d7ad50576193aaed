// Reads the entrance of the database in the terms of poolers; a wish to tune it is refused.

import { z } from 'zod'
import { errors } from '../frame/errors.ts'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { getSpec } from '../projects/spec.ts'
import { Pgbouncer, Pooler, showPgbouncer, showPooler } from './pooler-shape.ts'

const path = '/v1/projects/:ref/config/database/pooler'

export const getPoolerConfig = operation({
  name: 'database-config.pooler-get',
  about: 'Says how clients reach the database by name of role and project.',
  rest: { method: 'GET', path, status: 200, id: 'v1-get-pooler-config', tag: 'Database' },
  scope: onProject('database_pooling_config_read'),
  input: z.object(byRef),
  output: z.array(Pooler),
  run: async ({ settings }, { ref }) => [showPooler(settings, ref)],
})

export const getPgbouncerConfig = operation({
  name: 'database-config.pgbouncer-get',
  about: 'The same in the terms of PgBouncer.',
  rest: {
    method: 'GET',
    path: '/v1/projects/:ref/config/database/pgbouncer',
    status: 200,
    id: 'v1-get-project-pgbouncer-config',
    tag: 'Database',
  },
  scope: onProject('database_read'),
  input: z.object(byRef),
  output: Pgbouncer,
  run: async ({ db, key, settings }, { ref }) => {
    const { limits } = await getSpec(db, key, ref)
    return showPgbouncer(settings, ref, limits.maxConnections)
  },
})

const noPool = 'the database entrance passes connections on one to one; it keeps no pool to tune'

export const updatePoolerConfig = operation({
  name: 'database-config.pooler-update',
  about: 'Takes only what is true anyway: session mode without a size.',
  rest: { method: 'PATCH', path, status: 200, id: 'v1-update-pooler-config', tag: 'Database' },
  scope: onProject('database_pooling_config_write'),
  input: z.object({
    ...byRef,
    default_pool_size: z.int().min(0).max(3000).nullable().optional(),
    pool_mode: z.enum(['transaction', 'session']).optional(),
  }),
  output: z.object({ default_pool_size: z.int().nullable(), pool_mode: z.string() }),
  run: async (_call, { default_pool_size, pool_mode }) => {
    if (pool_mode === 'transaction') throw errors.invalid([`pool_mode: ${noPool}`])
    if (default_pool_size) throw errors.invalid([`default_pool_size: ${noPool}`])
    return { default_pool_size: null, pool_mode: 'session' }
  },
})
