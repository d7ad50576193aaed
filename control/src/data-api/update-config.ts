// Changes the settings of the data API; the stack takes them without a restart.

import type { RestConfig } from '@plinth/contracts'
import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { changeProject } from '../projects/spec.ts'
import { DataApiConfig, readList, showConfig } from './config-shape.ts'

const edit = {
  db_schema: z.string().optional(),
  db_extra_search_path: z.string().optional(),
  max_rows: z.int().min(0).max(1_000_000).optional(),
  db_pool: z.int().min(0).max(1000).optional(),
  db_pool_acquisition_timeout: z.int().min(0).max(60).optional(),
  db_pool_max_lifetime: z.int().min(0).max(3600).optional(),
  db_pool_max_idletime: z.int().min(0).max(60).optional(),
}
const input = z.object({ ...byRef, ...edit })
type Edit = z.infer<typeof input>

/** Zero takes a choice back. */
const changeLimits = (old: RestConfig['poolLimits'], wish: Edit): RestConfig['poolLimits'] => {
  const pick = (given: number | undefined, before: number | undefined) => (given ?? before) || undefined
  return {
    acquisitionTimeout: pick(wish.db_pool_acquisition_timeout, old?.acquisitionTimeout),
    maxLifetime: pick(wish.db_pool_max_lifetime, old?.maxLifetime),
    maxIdletime: pick(wish.db_pool_max_idletime, old?.maxIdletime),
  }
}

const changeRest = (rest: RestConfig, wish: Edit): RestConfig => ({
  ...rest,
  ...(wish.db_schema !== undefined && { schemas: readList(wish.db_schema) }),
  ...(wish.db_extra_search_path !== undefined && { extraSearchPath: readList(wish.db_extra_search_path) }),
  // Zero means no bound, and for the pool that the stack chooses.
  ...(wish.max_rows !== undefined && { maxRows: wish.max_rows || null }),
  ...(wish.db_pool !== undefined && { poolSize: wish.db_pool || null }),
  poolLimits: changeLimits(rest.poolLimits, wish),
})

export const updateConfig = operation({
  name: 'data-api.update',
  about: 'Changes the settings of the data API.',
  rest: {
    method: 'PATCH',
    path: '/v1/projects/:ref/postgrest',
    status: 200,
    id: 'v1-update-postgrest-service-config',
    tag: 'Rest',
  },
  scope: onProject('data_api_config_write'),
  input,
  output: DataApiConfig,
  run: (call, wish) =>
    changeProject(call, wish.ref, 'be configured', async ({ spec: old }) => {
      const spec = { ...old, rest: changeRest(old.rest, wish) }
      return { result: showConfig(spec), spec }
    }),
})
