// The key that the secrets in a project's vault are encrypted with. It lies beside the project, not in its database.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { errors } from './errors.ts'

const path = '/v1/projects/:ref/pgsodium'
const Key = z.object({ root_key: z.string() })

export const getRootKey = operation({
  name: 'database.root-key-get',
  about: 'Gets the root key of the vault.',
  rest: { method: 'GET', path, status: 200, id: 'v1-get-pgsodium-config', tag: 'Secrets' },
  scope: onProject('project_admin_write'),
  input: z.object(byRef),
  output: Key,
  run: async ({ supervisor }, { ref }) => ({ root_key: await supervisor.vault.readKey(ref) }),
})

export const updateRootKey = operation({
  name: 'database.root-key-update',
  about:
    'Changes the root key of the vault. What was encrypted before can only be read with the key of before.',
  rest: { method: 'PUT', path, status: 200, id: 'v1-update-pgsodium-config', tag: 'Secrets' },
  scope: onProject('project_admin_write'),
  input: z.object({ ...byRef, root_key: z.string() }),
  output: Key,
  run: async ({ supervisor }, { ref, root_key }) => {
    if (!/^[0-9a-f]{64}$/i.test(root_key)) throw errors.badRootKey()
    await supervisor.vault.writeKey(ref, root_key)
    return { root_key }
  },
})
