// Reads the settings of the storage service.

import { z } from 'zod'
import { operation } from '../frame/operation.ts'
import { onProject } from '../frame/scopes.ts'
import { byRef } from '../frame/shapes.ts'
import { getSpec } from '../projects/spec.ts'
import { StorageSettings, showStorage } from './config-shape.ts'

export const getStorageConfig = operation({
  name: 'storage-config.get',
  about: 'Gets the settings of the storage service.',
  rest: {
    method: 'GET',
    path: '/v1/projects/:ref/config/storage',
    status: 200,
    id: 'v1-get-storage-config',
    tag: 'Storage',
  },
  scope: onProject('storage_config_read'),
  input: z.object(byRef),
  output: StorageSettings,
  run: async ({ db, key }, { ref }) => showStorage((await getSpec(db, key, ref)).storage),
})
