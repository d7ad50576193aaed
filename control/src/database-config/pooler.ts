// Reads and changes the pooler of a project.

import { PoolerConfig } from '@plinth/contracts'
import { z } from 'zod'
import { errors } from '../frame/errors.ts'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { changeProject, getSpec } from '../projects/spec.ts'
import { Pgbouncer, Pooler, showPgbouncer, showPooler } from './pooler-shape.ts'

const path = '/v1/projects/:ref/config/database/pooler'

export const getPoolerConfig = operation({
  name: 'database-config.pooler-get',
  about: 'Says how clients reach the database through its pooler.',
  rest: { method: 'GET', path, status: 200, id: 'v1-get-pooler-config', tag: 'Database' },
  scope: onProject('database_pooling_config_read'),
  input: z.object(byRef),
  output: z.array(Pooler),
  run: async ({ db, key, settings }, { ref }) => [showPooler(settings, await getSpec(db, key, ref))],
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
  run: async ({ db, key, settings }, { ref }) => showPgbouncer(settings, await getSpec(db, key, ref)),
})

const input = z.object({
  ...byRef,
  default_pool_size: z.int().min(0).max(3000).nullable().optional(),
  pool_mode: z.enum(['transaction', 'session']).optional(),
})

const withoutPooler = 'the Postgres of this installation came without PgBouncer, so there is no pool to tune'

const refuse = ({ default_pool_size, pool_mode }: z.infer<typeof input>, hasPooler: boolean): void => {
  if (default_pool_size === 0) throw errors.invalid(['default_pool_size: must be 1 or more, or null'])
  if (hasPooler) return
  if (pool_mode === 'transaction') throw errors.invalid([`pool_mode: ${withoutPooler}`])
  if (default_pool_size) throw errors.invalid([`default_pool_size: ${withoutPooler}`])
}

/** Null takes the size's own number again; what is absent stays. */
const change = (old: PoolerConfig, wish: z.infer<typeof input>): PoolerConfig => {
  const connections = wish.default_pool_size === undefined ? old.connections : wish.default_pool_size
  return {
    mode: wish.pool_mode ?? old.mode,
    ...(connections !== null && connections !== undefined && { connections }),
  }
}

export const updatePoolerConfig = operation({
  name: 'database-config.pooler-update',
  about: 'Changes how many connections the pooler keeps for each role, and for how long a client holds one.',
  rest: { method: 'PATCH', path, status: 200, id: 'v1-update-pooler-config', tag: 'Database' },
  scope: onProject('database_pooling_config_write'),
  input,
  output: z.object({ default_pool_size: z.int().nullable(), pool_mode: z.string() }),
  run: (call, wish) => {
    const hasPooler = call.settings.poolerPort !== undefined
    refuse(wish, hasPooler)
    return changeProject(call, wish.ref, 'be configured', async ({ spec }) => {
      const pooler = change(spec.database.pooler ?? PoolerConfig.parse({}), wish)
      const next = { ...spec, database: { ...spec.database, pooler } }
      const { default_pool_size, pool_mode } = showPooler(call.settings, next)
      return { result: { default_pool_size, pool_mode }, ...(hasPooler && { spec: next }) }
    })
  },
})
