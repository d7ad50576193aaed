// Secrets that functions read from their environment. Only a digest of a value is ever shown.

import type { Queries } from '@plinth/postgres'
import { z } from 'zod'
import type { Call } from '../frame/call.ts'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef, nothing } from '../frame/shapes.ts'
import { changeFunctions } from '../functions/change-functions.ts'
import { errors } from './errors.ts'
import { listSecrets as list, openSecrets, putSecret, removeSecrets as remove } from './queries.ts'

const path = '/v1/projects/:ref/secrets'
const tag = 'Secrets'
export const SecretName = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[^=]+$/, 'must not hold =')

export const SecretValue = z.string().max(24_576)

/** Functions see the change without being deployed again: the spec carries the values. */
const changeSecrets = (call: Call, ref: string, change: (db: Queries) => Promise<void>): Promise<void> =>
  changeFunctions(call, ref, async (db, functions) => {
    await change(db)
    return { result: undefined, functions: { ...functions, secrets: await openSecrets(db, call.key, ref) } }
  })

export const listSecrets = operation({
  name: 'secrets.list',
  about: 'Lists the secrets of functions, each with the SHA-256 of its value.',
  rest: { method: 'GET', path, status: 200, id: 'v1-list-all-secrets', tag },
  scope: onProject('edge_functions_secrets_read'),
  input: z.object(byRef),
  output: z.array(z.object({ name: z.string(), value: z.string(), updated_at: z.string() })),
  run: async ({ db }, { ref }) =>
    (await list(db, ref)).map(({ name, digest, updated_at }) => ({ name, value: digest, updated_at })),
})

export const createSecrets = operation({
  name: 'secrets.create',
  about: 'Sets secrets of functions; an existing name gets the new value.',
  rest: { method: 'POST', path, status: 201, id: 'v1-bulk-create-secrets', tag, bodyAs: 'secrets' },
  scope: onProject('edge_functions_secrets_write'),
  input: z.object({
    ...byRef,
    secrets: z.array(z.strictObject({ name: SecretName, value: SecretValue })).max(100),
  }),
  output: nothing,
  run: async (call, { ref, secrets }) => {
    const reserved = secrets.map(({ name }) => name).filter((name) => name.startsWith('SUPABASE_'))
    if (reserved.length > 0) throw errors.reservedName(reserved)
    await changeSecrets(call, ref, async (db) => {
      for (const secret of secrets) await putSecret(db, call.key, ref, secret)
    })
  },
})

export const removeSecrets = operation({
  name: 'secrets.remove',
  about: 'Removes secrets of functions by name; a name that is not there stays away.',
  rest: {
    method: 'DELETE',
    path,
    status: 200,
    id: 'v1-bulk-delete-secrets',
    tag,
    hasBody: true,
    bodyAs: 'names',
  },
  scope: onProject('edge_functions_secrets_write'),
  input: z.object({ ...byRef, names: z.array(z.string()) }),
  output: nothing,
  run: (call, { ref, names }) => changeSecrets(call, ref, (db) => remove(db, ref, names)),
})
