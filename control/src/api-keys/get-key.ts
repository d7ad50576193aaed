// One API key.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { errors } from './errors.ts'
import { ApiKey, showKey } from './key-reply.ts'
import { findKey } from './queries.ts'

export const getKey = operation({
  name: 'api-keys.get',
  about: 'Gets one API key.',
  rest: {
    method: 'GET',
    path: '/v1/projects/:ref/api-keys/:id',
    status: 200,
    id: 'v1-get-project-api-key',
    tag: 'Secrets',
  },
  scope: onProject('api_gateway_keys_read'),
  input: z.object({ ...byRef, id: z.uuid(), reveal: z.boolean().default(false) }),
  output: ApiKey,
  run: async ({ db, key }, { ref, id, reveal }) => {
    const row = await findKey(db, ref, id)
    if (row === undefined) throw errors.notFound()
    return showKey(key, row, reveal)
  },
})
