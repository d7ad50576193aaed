// All API keys of a project.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { ApiKey, showKey } from './key-reply.ts'
import { listKeys as list } from './queries.ts'

export const listKeys = operation({
  name: 'api-keys.list',
  about: 'Lists the API keys of a project; secret ones are shown whole only with reveal=true.',
  rest: {
    method: 'GET',
    path: '/v1/projects/:ref/api-keys',
    status: 200,
    id: 'v1-get-project-api-keys',
    tag: 'Secrets',
  },
  scope: onProject('api_gateway_keys_read'),
  input: z.object({ ...byRef, reveal: z.boolean().default(false) }),
  output: z.array(ApiKey),
  run: async ({ db, key }, { ref, reveal }) => (await list(db, ref)).map((row) => showKey(key, row, reveal)),
})
