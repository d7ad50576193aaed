// A new publishable or secret key. With reveal=true the answer carries it whole.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { changeKeys } from './change-keys.ts'
import { errors } from './errors.ts'
import { ApiKey, JwtTemplate, showKey } from './key-reply.ts'
import { newKey } from './new-keys.ts'
import { insertKey } from './queries.ts'

export const createKey = operation({
  name: 'api-keys.create',
  about: 'Creates a publishable or a secret API key.',
  rest: {
    method: 'POST',
    path: '/v1/projects/:ref/api-keys',
    status: 201,
    id: 'v1-create-project-api-key',
    tag: 'Secrets',
    query: ['reveal'],
  },
  scope: onProject('api_gateway_keys_write'),
  input: z.object({
    ...byRef,
    reveal: z.boolean().default(false),
    type: z.enum(['publishable', 'secret']),
    name: z.string().min(1).max(64),
    description: z.string().nullable().default(null),
    secret_jwt_template: JwtTemplate.nullable().default(null),
  }),
  output: ApiKey,
  run: async (call, { ref, reveal, ...wish }) => {
    if (wish.type === 'publishable' && wish.secret_jwt_template !== null) throw errors.templateOfPublishable()
    const template = wish.type === 'secret' ? { role: 'service_role', ...wish.secret_jwt_template } : null
    const row = await changeKeys(call, ref, async (db) => {
      const key = newKey(call.key, { ...wish, ref, secret_jwt_template: template })
      const inserted = await insertKey(db, key)
      if (inserted === undefined) throw errors.nameTaken(wish.type, wish.name)
      return inserted
    })
    return showKey(call.key, row, reveal)
  },
})
