// Deletes a key; gateways refuse it as soon as they have the new spec.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { changeKeys } from './change-keys.ts'
import { errors } from './errors.ts'
import { ApiKey, showKey } from './key-reply.ts'
import { findKey, removeKey } from './queries.ts'

export const deleteKey = operation({
  name: 'api-keys.delete',
  about: 'Deletes an API key. It stops working at once.',
  rest: {
    method: 'DELETE',
    path: '/v1/projects/:ref/api-keys/:id',
    status: 200,
    id: 'v1-delete-project-api-key',
    tag: 'Secrets',
  },
  scope: onProject('api_gateway_keys_write'),
  input: z.object({
    ...byRef,
    id: z.uuid(),
    reveal: z.boolean().default(false),
    was_compromised: z.boolean().optional(),
    reason: z.string().optional(),
  }),
  output: ApiKey,
  run: async (call, { ref, id, reveal }) => {
    const row = await changeKeys(call, ref, async (db) => {
      const old = await findKey(db, ref, id)
      if (old === undefined) throw errors.notFound()
      await removeKey(db, id)
      return old
    })
    return showKey(call.key, row, reveal)
  },
})
