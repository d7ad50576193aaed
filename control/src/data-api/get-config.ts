// Reads the settings of the data API.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { getSpec } from '../projects/spec.ts'
import { DataApiConfig, showConfig } from './config-shape.ts'

export const getConfig = operation({
  name: 'data-api.get',
  about: 'Gets the settings of the data API.',
  rest: {
    method: 'GET',
    path: '/v1/projects/:ref/postgrest',
    status: 200,
    id: 'v1-get-postgrest-service-config',
    tag: 'Rest',
  },
  scope: onProject('data_api_config_read'),
  input: z.object(byRef),
  output: DataApiConfig.extend({
    jwt_secret: z.string().optional().describe('Only for who may change API keys.'),
  }),
  run: async (call, { ref }) => {
    const spec = await getSpec(call.db, call.key, ref)
    const config = showConfig(spec)
    return call.may('api_gateway_keys_write') ? { ...config, jwt_secret: spec.jwt.secret } : config
  },
})
