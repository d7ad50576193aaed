// Changes name, description or role of a key; the key itself stays.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { changeKeys } from './change-keys.ts'
import { errors } from './errors.ts'
import { ApiKey, JwtTemplate, showKey } from './key-reply.ts'
import { findKey, updateKey as update } from './queries.ts'

export const updateKey = operation({
  name: 'api-keys.update',
  about: 'Changes the name, the description or the role of an API key.',
  rest: {
    method: 'PATCH',
    path: '/v1/projects/:ref/api-keys/:id',
    status: 200,
    id: 'v1-update-project-api-key',
    tag: 'Secrets',
    query: ['reveal'],
  },
  scope: onProject('api_gateway_keys_write'),
  input: z.object({
    ...byRef,
    id: z.uuid(),
    reveal: z.boolean().default(false),
    name: z.string().min(1).max(64).optional(),
    description: z.string().nullable().optional(),
    secret_jwt_template: JwtTemplate.nullable().optional(),
  }),
  output: ApiKey,
  run: async (call, { ref, id, reveal, name, description, secret_jwt_template }) => {
    const row = await changeKeys(call, ref, async (db) => {
      const old = await findKey(db, ref, id)
      if (old === undefined) throw errors.notFound()
      if (old.type === 'publishable' && secret_jwt_template) throw errors.templateOfPublishable()
      const edit = {
        name: name ?? old.name,
        description: description === undefined ? old.description : description,
        secret_jwt_template:
          secret_jwt_template === undefined ? old.secret_jwt_template : secret_jwt_template,
      }
      const updated = await update(db, id, edit)
      if (updated === undefined) throw errors.nameTaken(old.type, edit.name)
      return updated
    })
    return showKey(call.key, row, reveal)
  },
})
